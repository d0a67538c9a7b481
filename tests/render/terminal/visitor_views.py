"""The sample visitor as a whole view, for four widths of a terminal."""
# ruff: noqa: E501  # a view of 120 or 200 columns has lines as long

AT_60 = """\
Visitor afdwb7QPV6Y59aTP3fQxZ3tX2ox
  account main · times in Europe/Berlin
  when      Fri 20 Nov 2026 15:04:12 +01:00 → 16:12:03 ·
            2 visits · 6 hits · 1 conversion
  where     Berlin, Germany · 192.0.2.41 ·
            Example Mobile (cellular)
  device    Samsung Galaxy S23 · mobile · Android 14 ·
            Chrome 130 · de
  agent     Mozilla/5.0 (Linux; Android 14; SM-S911B) Apple…

Timeline
  window Wed 18 Nov 2026 16:20 +01:00 → Fri 20 Nov 16:20
  time        after  event       node · page         revenue
  Fri 20 Nov 2026 +01:00
  ── visit 1 · Example Ads · campaign spring-de · funnel S…
  15:04:12           entrance    Traffic                   0
            dkezmsf3bat8xdbz8rt039r0
  15:04:12   +60 ms  view        Lander group · Sp…        0
            dkezmsf3bat8xdbz8rt039r1
  15:04:41    +29 s  click       Lander group · Sp…        0
            dkezmsf3bat8xdbz8rt039r2
  15:04:41     +0 s  view        Offer group · Exa…        0
            dkezmsf3bat8xdbz8rt039r4h
  ── 47 min pause ──────────────────────────────────────────
  ── visit 2 · Example Ads · funnel Spring DE ──────────────
  15:51:50  +47 min  entrance    Traffic                   0
            dkezmsf3bat8xdbz8rt03aa2
  16:12:03  +20 min  conversion  Offer group · Exa…  24.9000
            ↑ dkezmsf3bat8xdbz8rt039r4h  tx A-1001
            67 min after its hit
  total     2 visits · 1 conversion · cost 0.12      24.9000
"""

AT_80 = """\
Visitor afdwb7QPV6Y59aTP3fQxZ3tX2ox        account main · times in Europe/Berlin
  when      Fri 20 Nov 2026 15:04:12 +01:00 → 16:12:03 · 2 visits · 6 hits ·
            1 conversion
  where     Berlin, Germany · 192.0.2.41 · Example Mobile (cellular)
  device    Samsung Galaxy S23 · mobile · Android 14 · Chrome 130 · de
  agent     Mozilla/5.0 (Linux; Android 14; SM-S911B) AppleWebKit/537.36 (KHTML…

Timeline                  window Wed 18 Nov 2026 16:20 +01:00 → Fri 20 Nov 16:20
  time        after  event       node · page                    cost  revenue
  Fri 20 Nov 2026 +01:00
  ── visit 1 · Example Ads · campaign spring-de · funnel Spring DE ─────────────
  15:04:12           entrance    Traffic                        0.12        0
            dkezmsf3bat8xdbz8rt039r0
  15:04:12   +60 ms  view        Lander group · Spring offer A     0        0
            dkezmsf3bat8xdbz8rt039r1
  15:04:41    +29 s  click       Lander group · Spring offer A     0        0
            dkezmsf3bat8xdbz8rt039r2
  15:04:41     +0 s  view        Offer group · Example Shop        0        0
            dkezmsf3bat8xdbz8rt039r4h
  ── 47 min pause ──────────────────────────────────────────────────────────────
  ── visit 2 · Example Ads · funnel Spring DE ──────────────────────────────────
  15:51:50  +47 min  entrance    Traffic                        0.00        0
            dkezmsf3bat8xdbz8rt03aa2
  16:12:03  +20 min  conversion  Offer group · Example Shop        0  24.9000
            ↑ dkezmsf3bat8xdbz8rt039r4h  tx A-1001  67 min after its hit
  total                          2 visits · 1 conversion        0.12  24.9000
"""

AT_120 = """\
Visitor afdwb7QPV6Y59aTP3fQxZ3tX2ox                                                account main · times in Europe/Berlin
  when      Fri 20 Nov 2026 15:04:12 +01:00 → 16:12:03 · 2 visits · 6 hits · 1 conversion
  where     Berlin, Germany · 192.0.2.41 · Example Mobile (cellular)
  device    Samsung Galaxy S23 · mobile · Android 14 · Chrome 130 · de
  agent     Mozilla/5.0 (Linux; Android 14; SM-S911B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Sa…

Timeline                                                          window Wed 18 Nov 2026 16:20 +01:00 → Fri 20 Nov 16:20
  time        after  event       node · page                    cost  revenue  hit
  Fri 20 Nov 2026 +01:00
  ── visit 1 · Example Ads · campaign spring-de · funnel Spring DE ─────────────────────────────────────────────────────
  15:04:12           entrance    Traffic                        0.12        0  dkezmsf3bat8xdbz8rt039r0
  15:04:12   +60 ms  view        Lander group · Spring offer A     0        0  dkezmsf3bat8xdbz8rt039r1
  15:04:41    +29 s  click       Lander group · Spring offer A     0        0  dkezmsf3bat8xdbz8rt039r2
  15:04:41     +0 s  view        Offer group · Example Shop        0        0  dkezmsf3bat8xdbz8rt039r4h
  ── 47 min pause ──────────────────────────────────────────────────────────────────────────────────────────────────────
  ── visit 2 · Example Ads · funnel Spring DE ──────────────────────────────────────────────────────────────────────────
  15:51:50  +47 min  entrance    Traffic                        0.00        0  dkezmsf3bat8xdbz8rt03aa2
  16:12:03  +20 min  conversion  Offer group · Example Shop        0  24.9000  ↑ dkezmsf3bat8xdbz8rt039r4h  tx A-1001
                                                                                 67 min after its hit
  total                          2 visits · 1 conversion        0.12  24.9000
"""

AT_200 = """\
Visitor afdwb7QPV6Y59aTP3fQxZ3tX2ox                                                                                                                                account main · times in Europe/Berlin
  when      Fri 20 Nov 2026 15:04:12 +01:00 → 16:12:03 · 2 visits · 6 hits · 1 conversion
  where     Berlin, Germany · 192.0.2.41 · Example Mobile (cellular)
  device    Samsung Galaxy S23 · mobile · Android 14 · Chrome 130 · de
  agent     Mozilla/5.0 (Linux; Android 14; SM-S911B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36

Timeline                                                                                                                                          window Wed 18 Nov 2026 16:20 +01:00 → Fri 20 Nov 16:20
  time        after  event       node · page                    cost  revenue  hit
  Fri 20 Nov 2026 +01:00
  ── visit 1 · Example Ads · campaign spring-de · funnel Spring DE ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
  15:04:12           entrance    Traffic                        0.12        0  dkezmsf3bat8xdbz8rt039r0
  15:04:12   +60 ms  view        Lander group · Spring offer A     0        0  dkezmsf3bat8xdbz8rt039r1
  15:04:41    +29 s  click       Lander group · Spring offer A     0        0  dkezmsf3bat8xdbz8rt039r2
  15:04:41     +0 s  view        Offer group · Example Shop        0        0  dkezmsf3bat8xdbz8rt039r4h
  ── 47 min pause ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
  ── visit 2 · Example Ads · funnel Spring DE ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
  15:51:50  +47 min  entrance    Traffic                        0.00        0  dkezmsf3bat8xdbz8rt03aa2
  16:12:03  +20 min  conversion  Offer group · Example Shop        0  24.9000  ↑ dkezmsf3bat8xdbz8rt039r4h  tx A-1001  67 min after its hit
  total                          2 visits · 1 conversion        0.12  24.9000
"""
