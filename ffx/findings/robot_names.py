"""Names of programs and networks by which a client is told from a person.

Link previews and mail filters open links by themselves; in data centres stand servers.
Relays and proxies that people use (Akamai, Cloudflare and Fastly carry Apple's private
relay; Zscaler, Netskope, companies' proxies; carriers' gateways) are in no list here.
"""

import re

# What programs call themselves. Of all makers of phones, Cubot alone ends in «bot».
PROGRAM = re.compile(
    r"""
      (?<!cu)bots?(?![a-z]) | spider(?![a-z]) | crawler | slurp | scrap(?:er|ing|y)(?![a-z])
    | headless | phantomjs | puppeteer | playwright | selenium | webdriver | lighthouse | prerender
    | (?:bing|link|uri|url|web)\ ?preview | facebook(?:externalhit|catalog) | meta-external
    | mediapartners-google | google(?:other|-inspectiontool|-read-aloud) | feedfetcher
    | googleimageproxy | google-safety | google\ web\ preview | (?<![a-z])via\ ggpht\.com
    | barracuda | proofpoint | mimecast | messagelabs | symantec | forcepoint | trendmicro
    | cisco(?:\ |-)?(?:ironport|secure) | safebrowsing | urlscan | virustotal | netcraft
    | yahoomailproxy | snap\ url\ preview | iframely | embedly | pinterest/0 | vkshare
    | ia_archiver | pingdom | statuscake | gtmetrix | nutch | heritrix | httrack | \+https?://
    | ^(?:whatsapp|viber|telegram)(?:/|$|\s)
    | ^(?:aiohttp|apache-httpclient|axios|curl|dart|faraday|go-http-client|got|guzzle(?:http)?
        |httpie|httpx|insomnia|java|libwww-perl|lwp(?:::\w+)?|node(?:-fetch|\.js)?|okhttp|perl
        |php|postmanruntime|python(?:-\w+)?|reqwest|ruby|undici|wget|winhttp)(?![\w.-])
    """,
    re.VERBOSE,
)
# Google Fiber and Google Fi bring people to the internet, and so do Oracle's and Meta's namesakes.
DATA_CENTRE = re.compile(
    r"""
      data[ _-]?cent(?:er|re)s?(?![a-z])
    | (?<![a-z])(?:cloud|colo|colocation|(?:web)?hosting|servers?|vps
        |amazon|aws|azure|choopa|contabo|digital[ ]?ocean|hetzner|hostinger|leaseweb|linode
        |ovh(?:cloud)?|rackspace|scaleway|vultr
        |google(?![ ](?:fiber|fi)\b) |microsoft |facebook |^meta$ |meta[ ]platforms
        |oracle |tencent
        |alibaba|aliyun |huawei[ ]clouds? |m247 |datacamp |cdn77 |gcore|g-core |psychz
        |quadranet |colocrossing |hivelocity |zenlayer |upcloud |kamatera |ionos |softlayer
        |ibm[ ]cloud |online[ ]s\.?a\.?s |servers?\.com |worldstream |namecheap |godaddy
        |dreamhost |equinix |packethub |the[ ]constant[ ]company |hostwinds |interserver
        |buyvm|frantech |clouvider |sharktech |nocix |limestone[ ]networks |serverius
      )(?![a-z])
    """,
    re.VERBOSE,
)
UNKNOWN = re.compile(r"(?<![a-z])(?:unknown|unrecogni[sz]ed|unidentified|undetected)(?![a-z])")
# Mail filters that open every link; people come by these referrers, too, but not so fast.
MAIL_FILTER = re.compile(
    r"""
      (?:^|\.)(?:urldefense\.(?:com|proofpoint\.com) | linkprotect\.cudasvc\.com
      | mimecast(?:protect)?\.com | safelinks\.protection\.outlook\.com
      | secure-web\.cisco\.com | clicktime\.symantec\.com | protection\.sophos\.com )$
    """,
    re.VERBOSE,
)
