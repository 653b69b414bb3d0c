# The command line, and what platform/store refuses.

cli-not-found = There is nothing by that name.
cli-fault = Something went wrong: { $cause }

migrate-applied = Applied { $name }.
migrate-current = The database is up to date, at migration { $number }.

doctor-data-writable = The data folder { $folder } can be written to.
doctor-data-not-writable = The data folder { $folder } cannot be written to: { $reason }
    .remedy = Create it and give it to the account that runs the program, or choose another with --data.
doctor-disk-free = { $free } of disk space are free.
doctor-disk-low = Only { $free } of disk space are left.
    .remedy = Free at least 1 GiB, or move the data folder to a larger disk.
doctor-disk-unknown = The free disk space could not be read: { $reason }
    .remedy = Check that the data folder is on a mounted disk.
doctor-database = The database answers: { $engine } { $version }.
doctor-database-unreachable = The database could not be opened: { $reason }
    .remedy = Check the address (setting "database"), that the server runs, and the account's rights.
doctor-database-damaged = The database is damaged: { $damage }
    .remedy = Stop the program, keep a copy of the file, and restore the newest backup.
doctor-schema-current = Its schema is up to date.
doctor-schema-behind = Its schema lacks { $left } migrations.
    .remedy = Run "switchboard migrate". Starting the centre does it too.
doctor-schema-foreign = Its schema is not one this program knows: { $reason }
    .remedy = Run the program's newest version, or check that this is the right database.
doctor-clock = The clock says { $now }.
doctor-clock-unset = The clock says { $now }, which cannot be right.
    .remedy = Set the clock, and keep it right with NTP.
doctor-clock-backwards = The clock says { $now }, but the newest record was written at { $newest }.
    .remedy = The clock has gone backwards: correct it before you start, or deadlines will be wrong.
doctor-clock-skewed = This machine's clock and the database server's are { $seconds } seconds apart.
    .remedy = Keep both right with NTP.
doctor-port-free = { $address } is free to listen on.
doctor-port-taken = Something already listens on { $address }.
    .remedy = If that is not this centre, choose another address with --listen or the setting "listen".
doctor-port-refused = { $address } cannot be listened on: { $reason }
    .remedy = Choose an address of this machine; ports below 1024 need special rights.
doctor-institution = The institution's data is in { $folder }.
doctor-institution-none = No institution is set, so there is no directory to load.
    .remedy = Set "institution" to a folder that holds a directory.toml.
doctor-institution-missing = { $file } is missing.
    .remedy = Check the setting "institution".
doctor-sum =
    { $bad ->
        [0] { $warnings ->
            [0] All is well.
            [one] All works; one thing deserves a look.
           *[other] All works; { $warnings } things deserve a look.
        }
        [one] One thing must be mended before the centre can run.
       *[other] { $bad } things must be mended before the centre can run.
    }

refusal-settings-malformed = The settings cannot be used: { $reason }
    .remedy = Correct the settings file or the environment, then try again.
refusal-store-address-malformed = This is not a database address.
    .remedy = Use sqlite:FILE or postgres://USER:PASSWORD@HOST/DATABASE.
refusal-cli-speed-out-of-range = A day can pass 1 to 10000 times faster than real.
    .remedy = Give --speed a number in that range.
refusal-store-certificate-unusable = The certificates in { $file } cannot be used: { $reason }.
    .remedy = Name a file of PEM certificates as sslrootcert in the database address, or leave it out to trust the system's.
refusal-store-database-newer = The database was made by a newer version: it is at migration { $database }, and this program knows { $program }.
    .remedy = Run the newer version, or restore a backup from before the update.
refusal-store-migration-differs = The database has another form of migration { $migration } than this program.
    .remedy = Check that the address names the right database; do not edit applied migrations.

directory-edition = { $id }  in force from { $from }, recorded { $recorded } by { $by }
directory-as-of = { $day }, { $time }, { $zone }
directory-import-recorded = Recorded.
directory-import-unchanged = Nothing to do: this very file is already in force from that day on.
directory-import-nothing = Nothing was recorded.
directory-did-you-mean = Did you mean: { $topic }?
directory-not-understood = No topic of the directory matches. Use other words, or see “switchboard directory show”.
directory-number-option = { $number }, option { $option }
directory-unpublished = not published
directory-severity-error = error
directory-severity-warning = warning
directory-check-sum =
    { $errors ->
        [0] No errors, { $warnings ->
            [0] nothing to warn of.
            [one] { $warnings } warning.
           *[other] { $warnings } warnings.
        }
        [one] { $errors } error, { $warnings ->
            [one] { $warnings } warning.
           *[other] { $warnings } warnings.
        }
       *[other] { $errors } errors, { $warnings ->
            [one] { $warnings } warning.
           *[other] { $warnings } warnings.
        }
    }
directory-diff-none = The two say the same.

serve-ready = { $brand } is open on { $address }
    .contact = whom to contact, and are they open?
    .directory = the whole directory on one page
    .api = the same for programs
    .desk = where those who work here sign in
    .stop = Press Ctrl-C to stop. Everything is kept in { $data }.

refusal-cli-zone-unknown = “{ $zone }” is not a time zone.
    .remedy = Use a name of the IANA database, such as America/Chicago.
refusal-cli-file-unreadable = { $file } cannot be read: { $reason }
    .remedy = Check the path, the rights, and that the file is UTF-8 text.
refusal-cli-file-too-large = { $file } is larger than { $mib } MiB.
    .remedy = Check that it is a directory file.
refusal-cli-directory-unsound = { $file } cannot be used. The first error: { $first }
    .remedy = Run “switchboard directory check { $file }” for all of them and how to mend them.
refusal-cli-no-such-directory = “{ $named }” is no file, edition or moment.
    .remedy = Name a file, an id from “switchboard directory show --editions”, or a date.
refusal-server-cannot-listen = The centre cannot listen on { $address }: { $reason }
    .remedy = Stop what listens there, or choose another address with --listen.

vault-generated = Made a master key in { $file } (key { $key }). Keep a copy where the database's backups are not.
vault-rotated = { $count ->
    [one] { $count } data key was wrapped anew.
   *[other] { $count } data keys were wrapped anew.
}
vault-damaged = { $count ->
    [one] { $count } data key is damaged and was left as it is.
   *[other] { $count } data keys are damaged and were left as they are.
}
vault-still-needed = The master key { $key } still wraps data keys: keep it among the retired ones.
vault-retired-free = The retired master keys are no longer needed here; old backups still need them.

refusal-settings-master-key-unset = No master key is set, and several nodes cannot each make their own.
    .remedy = Make one with “switchboard vault generate FILE”, and set “vault.key” to the same key on every node.

doctor-vault = The master key opens what is encrypted.
doctor-vault-new = Nothing is encrypted yet; the first start makes or asks for a master key.
doctor-vault-closed = The master key does not open what is encrypted: { $reason }
    .remedy = Give the right key (setting “vault.key”). The centre does not start without it.

serve-link = Sign in as { $name } ({ $roles }), once:

staff-link = One-time link to set up a way to sign in, good until { $until }:
token-made = Token, good until { $until }. It is shown this once:
token-revoked = The token is worthless from now on.

audit-exported = Wrote { $entries } entries to { $file }; { $omitted } more are in it as hashes only.
audit-intact = The trail is whole up to entry { $last }; signed up to { $signed }.
audit-bundle-key = It says that it is signed by { $key }; compare that with what you know from elsewhere.

refusal-settings-institution-unset = No institution is set, so there are no policies and no desk.
    .remedy = Set "institution" to a folder that holds directory.toml and policies/.
refusal-cli-no-such-member = Nobody works here under this address.
    .remedy = See “switchboard staff list”.
refusal-cli-file-unwritable = { $file } cannot be written: { $reason }
    .remedy = Choose a file that does not exist yet, in a folder you may write to.

doctor-institution-unsound = The institution's directory cannot be used: { $reason }
    .remedy = Run “switchboard directory check FILE” for all that is wrong and how to mend it.
doctor-policies = The policies of who may do what are valid.
doctor-policies-wrong = The policies cannot be used: { $reason }
    .remedy = Correct the file in the folder “policies”. The centre does not start with wrong policies.

refusal-cli-no-such-token = There is no token with this id that still works.
    .remedy = See “switchboard token list”.
