# The frame of every page, the preferences and the errors of the web shell. See platform/web.

web-skip = Skip to the content
web-navigation = Main
web-languages = Language
web-home = Go to the start page
web-back = Back

web-preferences = Display settings
web-preferences-saved = Your settings are saved on this device.
web-language = Language
web-theme = Colors
web-theme-light = Light
web-theme-dark = Dark
web-as-system = As on my device
web-contrast = Contrast
web-contrast-more = More
web-zone = Time zone
web-zone-hint = Opening hours are shown in the desk’s time zone and in yours.
web-as-browser = As on my device
web-zones-near = Nearby
web-zones-all = All time zones
web-save = Save

web-reference = Reference:
web-not-found = This page does not exist.
    .remedy = Check the address, or find what you need from the start page.
web-fault = Something went wrong on our side.
    .remedy = Please try again in a few minutes. If it happens again, tell us the reference below.

refusal-web-bad-request = We could not understand this request.
    .remedy = Go back, check what you entered, and try again.
refusal-web-not-from-here = This form was sent from another website.
    .remedy = Open the page on this site and send the form from there.
refusal-web-form-expired = This form has expired.
    .remedy = Go back, reload the page, and send the form again. Cookies must be allowed.
refusal-web-method-not-allowed = This address cannot be used in that way.
    .remedy = Go back and use the links and buttons on the page.
refusal-web-too-slow = Sending took too long.
    .remedy = Check your connection and try again.
refusal-web-too-large = What you sent is too large.
    .remedy = Send less at once, or a smaller file.
refusal-web-address-too-long = This address is too long.
    .remedy = Shorten what you typed and try again.
refusal-web-media-type = This kind of content is not accepted here.
    .remedy = Use the form on the page, or send the format that the documentation names.
refusal-web-too-many = There were too many requests from you in a short time.
    .remedy = Wait a minute and try again.
refusal-web-headers-too-large = Your browser sent too much information along.
    .remedy = Delete the cookies of this site and try again.
refusal-web-overloaded = Many people are here right now.
    .remedy = Please try again in a few seconds.

refusal-web-certificate-unusable = The certificate { $certificate } and key { $key } cannot be used: { $reason }
    .remedy = Both are PEM files that belong together: the certificate with its chain, and its private key.
