"""The sample service's visitors: stories that support meets, and a crowd around them."""
