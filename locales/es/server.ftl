# La línea de comandos, y lo que rechaza platform/store.

cli-not-found = No hay nada con ese nombre.
cli-fault = Algo salió mal: { $cause }

migrate-applied = Se aplicó { $name }.
migrate-current = La base de datos está al día, en la migración { $number }.

doctor-data-writable = Se puede escribir en la carpeta de datos { $folder }.
doctor-data-not-writable = No se puede escribir en la carpeta de datos { $folder }: { $reason }
    .remedy = Créela y désela a la cuenta que ejecuta el programa, o elija otra con --data.
doctor-disk-free = Hay { $free } de espacio libre en el disco.
doctor-disk-low = Solo quedan { $free } de espacio en el disco.
    .remedy = Libere al menos 1 GiB o mueva la carpeta de datos a un disco más grande.
doctor-disk-unknown = No se pudo leer el espacio libre del disco: { $reason }
    .remedy = Compruebe que la carpeta de datos esté en un disco montado.
doctor-database = La base de datos responde: { $engine } { $version }.
doctor-database-unreachable = No se pudo abrir la base de datos: { $reason }
    .remedy = Revise la dirección (ajuste "database"), que el servidor funcione y los permisos de la cuenta.
doctor-database-damaged = La base de datos está dañada: { $damage }
    .remedy = Detenga el programa, guarde una copia del archivo y restaure la copia de seguridad más reciente.
doctor-schema-current = Su esquema está al día.
doctor-schema-behind = A su esquema le faltan { $left } migraciones.
    .remedy = Ejecute "switchboard migrate". Iniciar el centro también lo hace.
doctor-schema-foreign = Este programa no conoce su esquema: { $reason }
    .remedy = Ejecute la versión más reciente del programa o compruebe que sea la base de datos correcta.
doctor-clock = El reloj marca { $now }.
doctor-clock-unset = El reloj marca { $now }, y eso no puede ser.
    .remedy = Ajuste el reloj y manténgalo en hora con NTP.
doctor-clock-backwards = El reloj marca { $now }, pero el registro más reciente es de { $newest }.
    .remedy = El reloj retrocedió: corríjalo antes de empezar o los plazos serán incorrectos.
doctor-clock-skewed = El reloj de esta máquina y el del servidor de la base de datos difieren en { $seconds } segundos.
    .remedy = Mantenga ambos en hora con NTP.
doctor-port-free = { $address } está libre para escuchar.
doctor-port-taken = Algo ya escucha en { $address }.
    .remedy = Si no es este centro, elija otra dirección con --listen o el ajuste "listen".
doctor-port-refused = No se puede escuchar en { $address }: { $reason }
    .remedy = Elija una dirección de esta máquina; los puertos menores de 1024 requieren permisos especiales.
doctor-institution = Los datos de la institución están en { $folder }.
doctor-institution-none = No se ha indicado ninguna institución, así que no hay directorio que cargar.
    .remedy = Indique en "institution" una carpeta que contenga directory.toml.
doctor-institution-missing = Falta { $file }.
    .remedy = Revise el ajuste "institution".
doctor-sum =
    { $bad ->
        [0] { $warnings ->
            [0] Todo está bien.
            [one] Todo funciona; una cosa merece atención.
           *[other] Todo funciona; { $warnings } cosas merecen atención.
        }
        [one] Hay que corregir una cosa antes de que el centro pueda funcionar.
       *[other] Hay que corregir { $bad } cosas antes de que el centro pueda funcionar.
    }

refusal-settings-malformed = No se pueden usar los ajustes: { $reason }
    .remedy = Corrija el archivo de ajustes o el entorno e inténtelo de nuevo.
refusal-store-address-malformed = Esto no es una dirección de base de datos.
    .remedy = Use sqlite:ARCHIVO o postgres://USUARIO:CONTRASEÑA@SERVIDOR/BASE.
refusal-cli-speed-out-of-range = Un día puede pasar de 1 a 10000 veces más rápido que en la realidad.
    .remedy = Indique en --speed un número de ese intervalo.
refusal-store-certificate-unusable = No se pueden usar los certificados de { $file }: { $reason }.
    .remedy = Indique en sslrootcert, dentro de la dirección de la base de datos, un archivo de certificados PEM, o quítelo para confiar en los del sistema.
refusal-store-database-newer = La base de datos es de una versión más nueva: está en la migración { $database } y este programa conoce { $program }.
    .remedy = Ejecute la versión más nueva o restaure una copia de seguridad anterior a la actualización.
refusal-store-migration-differs = La base de datos tiene otra forma de la migración { $migration } que este programa.
    .remedy = Compruebe que la dirección sea la de la base correcta; no edite migraciones aplicadas.

directory-edition = { $id }  vigente desde { $from }, registrada { $recorded } por { $by }
directory-as-of = { $day }, { $time }, { $zone }
directory-import-recorded = Registrado.
directory-import-unchanged = No hay nada que hacer: este mismo archivo ya está vigente desde ese día.
directory-import-nothing = No se registró nada.
directory-did-you-mean = ¿Quiso decir: { $topic }?
directory-not-understood = Ningún tema del directorio coincide. Use otras palabras o vea «switchboard directory show».
directory-number-option = { $number }, opción { $option }
directory-unpublished = no publicado
directory-severity-error = error
directory-severity-warning = advertencia
directory-check-sum =
    { $errors ->
        [0] Sin errores, { $warnings ->
            [0] nada que advertir.
            [one] { $warnings } advertencia.
           *[other] { $warnings } advertencias.
        }
        [one] { $errors } error, { $warnings ->
            [one] { $warnings } advertencia.
           *[other] { $warnings } advertencias.
        }
       *[other] { $errors } errores, { $warnings ->
            [one] { $warnings } advertencia.
           *[other] { $warnings } advertencias.
        }
    }
directory-diff-none = Los dos dicen lo mismo.

serve-ready = { $brand } atiende en { $address }
    .contact = ¿a quién llamar, y está abierto?
    .directory = todo el directorio en una página
    .api = lo mismo para programas
    .desk = donde entran quienes trabajan aquí
    .stop = Pulse Ctrl-C para detenerlo. Todo se guarda en { $data }.

refusal-cli-zone-unknown = «{ $zone }» no es una zona horaria.
    .remedy = Use un nombre de la base de datos IANA, como America/Chicago.
refusal-cli-file-unreadable = No se puede leer { $file }: { $reason }
    .remedy = Revise la ruta, los permisos y que el archivo sea texto UTF-8.
refusal-cli-file-too-large = { $file } ocupa más de { $mib } MiB.
    .remedy = Compruebe que sea un archivo de directorio.
refusal-cli-directory-unsound = No se puede usar { $file }. El primer error: { $first }
    .remedy = Ejecute «switchboard directory check { $file }» para verlos todos y saber cómo corregirlos.
refusal-cli-no-such-directory = «{ $named }» no es un archivo, una edición ni un momento.
    .remedy = Indique un archivo, un identificador de «switchboard directory show --editions» o una fecha.
refusal-server-cannot-listen = El centro no puede escuchar en { $address }: { $reason }
    .remedy = Detenga lo que escucha ahí o elija otra dirección con --listen.

vault-generated = Se creó una clave maestra en { $file } (clave { $key }). Guarde una copia lejos de las copias de la base de datos.
vault-rotated = { $count ->
    [one] Se volvió a envolver { $count } clave de datos.
   *[other] Se volvieron a envolver { $count } claves de datos.
}
vault-damaged = { $count ->
    [one] { $count } clave de datos está dañada y se dejó como está.
   *[other] { $count } claves de datos están dañadas y se dejaron como están.
}
vault-still-needed = La clave maestra { $key } todavía envuelve claves de datos: consérvela entre las retiradas.
vault-retired-free = Las claves maestras retiradas ya no hacen falta aquí; las copias antiguas sí las necesitan.

refusal-settings-master-key-unset = No se ha indicado ninguna clave maestra, y varios nodos no pueden crear cada uno la suya.
    .remedy = Cree una con «switchboard vault generate ARCHIVO» e indique la misma clave en «vault.key» en cada nodo.

doctor-vault = La clave maestra abre lo que está cifrado.
doctor-vault-new = Aún no hay nada cifrado; el primer inicio crea o pide una clave maestra.
doctor-vault-closed = La clave maestra no abre lo que está cifrado: { $reason }
    .remedy = Indique la clave correcta (ajuste «vault.key»). El centro no se inicia sin ella.

serve-link = Entre como { $name } ({ $roles }), una sola vez:

staff-link = Enlace de un solo uso para configurar una forma de entrar, válido hasta { $until }:
token-made = Token, válido hasta el { $until }. Solo se muestra esta vez:
token-revoked = El token ya no sirve.

audit-exported = Se escribieron { $entries } entradas en { $file }; otras { $omitted } figuran solo como huellas.
audit-intact = El registro está íntegro hasta la entrada { $last }; firmado hasta la { $signed }.
audit-bundle-key = Dice estar firmado por { $key }; compárelo con lo que sabe por otra vía.

refusal-settings-institution-unset = No se ha indicado ninguna institución, así que no hay políticas ni mesa de atención.
    .remedy = Indique en "institution" una carpeta que contenga directory.toml y policies/.
refusal-cli-no-such-member = Nadie trabaja aquí con esa dirección.
    .remedy = Consulte «switchboard staff list».
refusal-cli-file-unwritable = No se puede escribir { $file }: { $reason }
    .remedy = Elija un archivo que aún no exista, en una carpeta donde pueda escribir.

doctor-institution-unsound = No se puede usar el directorio de la institución: { $reason }
    .remedy = Ejecute «switchboard directory check ARCHIVO» para ver todos los errores y cómo corregirlos.
doctor-policies = Las políticas de quién puede hacer qué son válidas.
doctor-policies-wrong = No se pueden usar las políticas: { $reason }
    .remedy = Corrija el archivo en la carpeta «policies». El centro no se inicia con políticas incorrectas.

refusal-cli-no-such-token = No hay ningún token vigente con este identificador.
    .remedy = Consulte «switchboard token list».
