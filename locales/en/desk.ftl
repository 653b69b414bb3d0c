# The desk: what those who work here see. See faces/desk.

desk-back = Back to the desk
desk-place-home = Home
desk-place-staff = Staff
desk-place-policies = Policies
desk-place-audit = Audit trail
desk-place-profile = Profile
desk-crumbs = You are here
desk-signed-in-as = Signed in as
desk-sign-out = Sign out
desk-action = Action
desk-cancel = Cancel
desk-more = Show more
desk-find = Find
desk-show-all = Show all
desk-none = None
desk-date-time = { $date }, { $time }
desk-times-in = Times are in { $zone }.

## Signing in

desk-sign-in = Sign in
desk-sign-in-again = Sign in again
desk-with-passkey = Sign in with a passkey
desk-with-password = Continue
desk-with-provider = Sign in with your organization’s account
desk-or = or with your password
desk-email = Email address
desk-password = Password
desk-cannot = I can’t sign in
desk-cannot-help = An administrator can give you a one-time link. If you lost your phone, use one of your recovery codes in place of the code.
desk-code-title = Enter your code
desk-code = Code
desk-code-hint = The six digits from your authenticator app, or one of your recovery codes.
desk-start-over = Start over
desk-link-title = Welcome
desk-link-explained = This link signs you in once. After that, it no longer works.
desk-link-open = Sign in
desk-passkey-cancelled = No passkey was used. Try again when you are ready.
desk-passkey-failed = Your browser could not use a passkey here. Try again, or use another way.
desk-done-signed-out = You are signed out.

refusal-desk-sign-in-needed = You are not signed in.
    .remedy = Sign in and try again.

## Home

desk-greeting = Hello, { $name }
desk-shortcuts = Go to
desk-alerts = Alerts
desk-alerts-none = Nothing needs your attention.
desk-alert-bulk-reveal = { $name } has looked at personal data of { $people ->
        [one] one person
       *[other] { $people } people
    } in a short time.
desk-alert-see = Mark as handled
desk-alert-own = Someone else must look at this
desk-done-alert = The alert is marked as handled.

## Setting up, and the profile

desk-set-up = Set up how you sign in
desk-set-up-lead = Your link got you here once. Choose how you want to sign in from now on.
desk-recommended = Recommended
desk-about = About you
desk-name = Name
desk-theme-contrast = High contrast
desk-passkey = A passkey
desk-passkeys = Passkeys
desk-passkey-explained = A passkey lives in your device and opens with your finger, face or PIN. It cannot be guessed or given away by mistake.
desk-passkey-label = Name of the device
desk-passkey-label-hint = So that you recognize it later, such as “Work laptop”.
desk-passkey-add = Add a passkey
desk-passkey-needs-script = Passkeys need a current browser with JavaScript.
desk-passkey-change = Rename or remove
desk-passkey-remove = Remove this passkey
desk-rename = Rename
desk-added = Added
desk-used = Last used
desk-set = Set
desk-password-and-app = Password and authenticator app
desk-password-first = First choose a password, then connect an app on your phone that shows codes.
desk-new-password = New password
desk-new-password-hint = At least 12 characters. A few words that do not belong together are good.
desk-password-set = Set password
desk-password-change = Change password
desk-password-is-set = Password set
desk-password-other = Choose another password
desk-password-remove = Remove password sign-in
desk-password-remove-ask = This removes your password, your authenticator app and your recovery codes. Your other sessions end.
desk-password-remove-do = Yes, remove it
desk-authenticator = Authenticator app
desk-app-explained = Next, connect an app on your phone that shows codes.
desk-app-set-up = Set up the app
desk-app-replace = Set up another app
desk-app-is-set = Set up
desk-app-scan = Open your authenticator app and scan this picture.
desk-app-qr = QR code with the key for your authenticator app. The same key is below as text.
desk-app-by-hand = I can’t scan it
desk-app-then-code = Enter the code that the app shows.
desk-app-code-hint = Six digits. They change every 30 seconds.
desk-app-confirm = Confirm
desk-codes = Recovery codes
desk-codes-title = Your recovery codes
desk-codes-left = { $codes ->
        [one] one left
       *[other] { $codes } left
    }
desk-codes-few = Few left
desk-codes-explained = Print them or write them down, and keep them in a safe place. Each works once in place of the app’s code. They are shown only now.
desk-codes-kept = I have kept them
desk-codes-renew = New recovery codes
desk-recovery-used = You signed in with a recovery code.
    .remedy = If your phone is lost, set up another app now.
desk-provider = Organization’s account
desk-provider-linked = Connected
desk-sessions = Sessions
desk-sessions-none = No open sessions.
desk-sessions-end-others = End all other sessions
desk-session-device = Browser
desk-session-method = Signed in with
desk-session-since = Since
desk-session-seen = Last active
desk-session-this = This session
desk-session-end = End
desk-done-saved = Saved.
desk-done-password = Your password is set.
desk-done-passkey = The passkey is added.
desk-done-passkey-removed = The passkey is removed.
desk-done-renamed = The passkey is renamed.
desk-done-factor-removed = Signing in with a password is removed.
desk-done-ended = The session has ended.
desk-done-others-ended = All other sessions have ended.

desk-method-passkey = Passkey
desk-method-password = Password and code
desk-method-recovery = Recovery code
desk-method-provider = Organization’s account
desk-method-link = One-time link
desk-method-demonstration = Demonstration link

## Staff

desk-role-representative = Representative
desk-role-supervisor = Supervisor
desk-role-administrator = Administrator
desk-role-compliance-officer = Compliance officer
desk-roles = Roles
desk-roles-hint = Saving ends this person’s sessions, so that the new roles apply at once.
desk-roles-save = Save roles
desk-status = Status
desk-status-any = Any
desk-status-active = Active
desk-status-suspended = Suspended
desk-status-left = Left
desk-search-staff = Name or email address
desk-staff-none = Nobody found
desk-staff-none-help = Try fewer letters, or another status.
desk-invite = Add someone
desk-invite-lead = They get a one-time link from you and set up how they sign in themselves.
desk-invite-email-hint = They sign in with it. It cannot be changed later.
desk-invite-do = Add and make a link
desk-link = One-time link
desk-link-made = The link is ready
desk-link-once = Give it to this person over a channel you trust. It is shown only now and works once; earlier links no longer work.
desk-link-until = Works until
desk-link-kept = I have passed it on
desk-about-member = About
desk-access = Access
desk-new-link = New one-time link
desk-new-link-explained = For someone who lost every way to sign in. Make sure that you are talking to the right person.
desk-suspend = Suspend
desk-suspend-ask = This person is signed out now and cannot come back until you reinstate them.
desk-suspend-do = Yes, suspend
desk-reinstate = Reinstate
desk-leave = Has left
desk-leave-ask = This person is signed out for good. This cannot be undone; if they return, add them anew.
desk-leave-do = Yes, they have left
desk-this-is-you = This is you.
desk-reveal = Show the email address
desk-reveal-why = Why do you need it?
desk-reveal-hint = At least ten letters. Your reason is written to the audit trail.
desk-reveal-do = Show
desk-reveal-noted = Shown once. This was written to the audit trail.
desk-done-roles = The roles are saved.
desk-done-suspended = This person is suspended.
desk-done-reinstated = This person is active again.
desk-done-left = This person has left.

## Policies

desk-policies-lead = Who may do what, as it is in force. The files are changed on the server and checked before they apply.
desk-policies-matrix = What each role may do
desk-policies-files = The files
desk-permission = Permission
desk-may = Yes
desk-may-not = No
desk-may-sometimes = Depends
desk-may-sometimes-means = “Depends” means: only in one’s own queue, for a purpose, or with a matter or a reason. The files say when.

## Audit trail

desk-audit-verify = Check the trail
desk-audit-intact = The trail is unbroken up to entry { $last }.
desk-audit-signed = { $signed ->
        [0] No entry is signed yet; until then, only the chain of hashes holds.
       *[other] It is signed up to entry { $signed }.
    }
desk-audit-broken-remedy = Keep the database and its backups as they are, and tell those responsible for security.
desk-audit-from = From
desk-audit-until = Before
desk-audit-actor = Who
desk-audit-actor-hint = Id or email address
desk-audit-action = Action
desk-audit-object = What it was done to
desk-audit-outcome = Result
desk-audit-number = No.
desk-audit-time = Time
desk-audit-details = Details
desk-audit-node = Node
desk-audit-hash = Hash
desk-audit-none = No entries
desk-audit-none-help = Nothing fits this filter. Take something out of it.
desk-audit-export = Export these entries
desk-actor-stranger = Someone unknown
desk-actor-operator = Command line
desk-actor-system = This program
desk-actor-customer = Customer
desk-actor-program = Another program
desk-outcome-any = Any
desk-outcome-done = Done
desk-outcome-refused = Refused
desk-outcome-failed = Failed

refusal-desk-time-malformed = This is not a date and time.
    .remedy = Write it as year, month, day and time, such as 2027-03-31T08:30.
refusal-desk-actor-unknown = Nobody here has this email address.
    .remedy = Check the address, or look for the person’s id.
refusal-desk-export-too-large = This export has more than { $most } MB.
    .remedy = Choose a shorter time, or export it on the server with “switchboard audit export”.
