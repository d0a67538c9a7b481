"""The names of parameters: those that networks use for our IDs, and those that only look so."""

from ffx.input.targets.parameters import meaning_of
from ffx.input.targets.pasted import Rank, find_ids

HIT = "dkezmsf3bat8xdbz8rt039r4h"
CUT = HIT[:18]

OURS = """
    hit hitId hit_id HIT-ID hit[id] vid VID visitor visitorId visitor_id flux_visitor
    session_id sessionid data-hit params.hit_id
"""
CLICK = """
    click clickid click_id clickId click-id clkid clk_id clid cid cid2 tid aclickid
    adv_click_id aff_click_id affiliate_click_id client_click_id external_click_id ext_click_id
    ext_clk_id extclid ext_cid lead_click_id my_click_id network_click_id offer_click_id
    original_click_id partner_click_id pb_click_id pub_click_id publisher_click_id s2s_click_id
    source_click_id src_click_id sub_click_id track_click_id tracker_click_id tracking_click_id
    traffic_click_id user_click_id trans_id transaction_id tracking_id track_id tracker_id
    subid sub_id sub_id_1 subId3 subid12 aff_sub aff_sub5 affsub2 aff_sub_id click_hash
    click_key clickref clickref2 click_reference click_token click_uid click_uuid
"""
FREE = """
    sub1 sub5 sub_1 s1 s2 s5 c1 p1 p15 t1 u1 v1 x1 dp1 var1 data1 data2 param1 extra2 custom1
    custom3 ext1 field4 external external_id ext_id ext_ref sid sid1 uid uniqid unique_id epi
    epi2 zpar0 smc1 fobs fobs2 atid ascsubtag ctc xcust cuid ymid effi_id afftrack aff_data
    aff_ref aff_unique1 aff_var aff_param aff_source subacc subacc2 sub_aff sub_affiliate
    subpub sub_publisher sub_source sub_param subtrack pubref pub_ref publisher_ref pub_sub
    partner_ref partner_sub sharedid customid custom_id ref_id reference_id reqid tracking_key
    tracking_code pass_through passthru postback_id cparam btag dynamic_parameter lead_ref
    user_ref userdata source_id click_data cnv_id sub8 s3 c2 zpar1
"""
# Known to no network as the tracker's ID: the shape is found, and nothing else.
OTHERS = """
    s c p t u v x data label note ref campaign campaign_id zoneid zone creative country keyword
    page url redirect order order_id email lang utm hits hitcount visitors visit clicks clicker
    subscribe subject substance tide cidr vidcode affiliate network offer offer_id payout
    status session external_url hit2 vid1
"""
FOREIGN = """
    gclid fbclid msclkid ttclid twclid irclickid cjevent awc sscid tduid token access_token
    api_key tx txid
"""


def test_the_names_that_networks_use_are_known() -> None:
    assert len([*CLICK.split(), *FREE.split()]) > 150
    for names, meaning in ((CLICK, "click"), (FREE, "free")):
        for name in names.split():
            assert meaning_of(name) == meaning, name
            text = f"https://offer.example.com/?a=b&{name}={HIT}&z=1"
            (found,) = find_ids(text).ids
            assert (found.text, found.name, found.rank) == (HIT, name, Rank.NETWORK), name
            # Cut, it is told by its name; an ordinary word is not.
            (cut,) = find_ids(f"https://offer.example.com/?{name}={CUT}").ids
            assert (cut.text, cut.rank) == (CUT, Rank.ALTERED), name
            assert find_ids(f"https://offer.example.com/?{name}=summer-2026").ids == [], name
    for name in OURS.split():
        assert meaning_of(name) in ("hit", "visitor"), name


def test_names_that_look_like_one_are_not_known() -> None:
    for name in OTHERS.split():
        assert meaning_of(name) is None, name
        (found,) = find_ids(f"https://offer.example.com/?{name}={HIT}").ids
        assert found.rank is Rank.VALUE, name
        assert find_ids(f"https://offer.example.com/?{name}={CUT}").ids == [], name
        assert find_ids(f"https://offer.example.com/?{name}=").unfilled == [], name
    for name in FOREIGN.split():
        assert find_ids(f"https://offer.example.com/?{name}={HIT}").ids == [], name


def test_only_where_a_click_id_belongs_is_nothing_told_as_empty() -> None:
    for names, count in ((CLICK, 1), (FREE, 0)):
        for name in names.split():
            unfilled = find_ids(f"https://offer.example.com/?{name}=&z=1").unfilled
            assert len(unfilled) == count, name
