"""The clients of sample visitors: their places, networks and devices."""

from ffx.sandbox.data.event import Event

BERLIN: Event = {
    "ip": "192.0.2.41",
    "country": "Germany",
    "continent": "Europe",
    "region": "Berlin",
    "city": "Berlin",
    "isp": "Example Mobile",
    "connectionType": "cellular",
    "mobileCarrier": "Example Mobile",
    "language": "de",
}
HAMBURG: Event = {
    "ip": "198.51.100.77",
    "ipv6": "2001:db8:4c1::77",
    "country": "Germany",
    "continent": "Europe",
    "region": "Hamburg",
    "city": "Hamburg",
    "isp": "Example Broadband",
    "connectionType": "cable",
    "language": "de",
}
LYON: Event = {
    "ip": "198.51.100.140",
    "country": "France",
    "continent": "Europe",
    "region": "Auvergne-Rhône-Alpes",
    "city": "Lyon",
    "isp": "Example Broadband",
    "connectionType": "cable",
    "language": "fr",
}
CHICAGO: Event = {
    "ip": "203.0.113.8",
    "country": "United States",
    "continent": "North America",
    "region": "Illinois",
    "city": "Chicago",
    "isp": "Example Broadband",
    "connectionType": "cable",
    "language": "en-US",
}
SAO_PAULO: Event = {
    "ip": "203.0.113.190",
    "country": "Brazil",
    "continent": "South America",
    "region": "São Paulo",
    "city": "São Paulo",
    "isp": "Example Broadband",
    "connectionType": "cable",
    "language": "pt-BR",
}

GALAXY: Event = {
    "deviceType": "mobile",
    "deviceBrand": "Samsung",
    "deviceModel": "SM-S911B",
    "deviceModelName": "Galaxy S23",
    "deviceOS": "Android",
    "deviceOSVersion": "14",
    "browser": "Chrome",
    "browserVersion": "130",
    "userAgent": (
        "Mozilla/5.0 (Linux; Android 14; SM-S911B) AppleWebKit/537.36 (KHTML, like Gecko)"
        " Chrome/130.0.0.0 Mobile Safari/537.36"
    ),
}
IPHONE: Event = {
    "deviceType": "mobile",
    "deviceBrand": "Apple",
    "deviceModel": "iPhone",
    "deviceModelName": "iPhone",
    "deviceOS": "iOS",
    "deviceOSVersion": "17.6",
    "browser": "Safari",
    "browserVersion": "17.6",
    "userAgent": (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15"
        " (KHTML, like Gecko) Version/17.6 Mobile/15E148 Safari/604.1"
    ),
}
IPAD: Event = {
    **IPHONE,
    "deviceType": "tablet",
    "deviceModel": "iPad",
    "deviceModelName": "iPad",
    "deviceOS": "iPadOS",
    "userAgent": (
        "Mozilla/5.0 (iPad; CPU OS 17_6 like Mac OS X) AppleWebKit/605.1.15"
        " (KHTML, like Gecko) Version/17.6 Mobile/15E148 Safari/604.1"
    ),
}
WINDOWS_PC: Event = {
    "deviceType": "desktop",
    "deviceBrand": "Microsoft",
    "deviceModel": "Windows PC",
    "deviceModelName": "Windows PC",
    "deviceOS": "Windows",
    "deviceOSVersion": "11",
    "browser": "Firefox",
    "browserVersion": "132",
    "userAgent": (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0"
    ),
}
HEADLESS: Event = {
    "deviceType": "desktop",
    "deviceOS": "Linux",
    "browser": "HeadlessChrome",
    "browserVersion": "130",
    "userAgent": (
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)"
        " HeadlessChrome/130.0.0.0 Safari/537.36"
    ),
}
