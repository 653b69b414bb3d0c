# Lo que está mal en un archivo de directorio y cómo corregirlo. Lo dicen `switchboard directory check` e
# `import` después del archivo, la línea y la columna.

directory-finding-toml-syntax = A partir de aquí el archivo no es TOML: { $detail }
    .remedy = Revise esta línea y la anterior: puede faltar una comilla, un corchete o un signo igual.
directory-finding-schema-unsupported = El archivo tiene el esquema { $given } y este programa lee el { $expected }.
    .remedy = Escriba schema = { $expected } o use la versión del programa para la que se escribió el archivo.
directory-finding-missing-field = Falta «{ $field }».
    .remedy = Agregue { $field } a esta entrada.
directory-finding-unknown-field = Aquí no existe «{ $field }».
    .remedy = Corrija el nombre o quite la línea. Aquí puede ir: { $expected }.
directory-finding-unknown-choice = «{ $given }» no es una opción válida aquí.
    .remedy = Escriba una de estas: { $expected }.
directory-finding-wrong-type = Aquí hay { $given ->
        [text] un texto
        [number] un número
        [boolean] un verdadero o falso
        [date] una fecha
        [moment] una fecha con hora
        [list] una lista
        [table] una tabla
       *[other] algo
    } que no corresponde.
    .remedy = Escriba { $expected ->
        [text] un texto entre comillas
        [number] un número entero sin comillas
        [boolean] true o false, sin comillas
        [date] una fecha como 2024-01-31, sin comillas
        [moment] una fecha y hora locales como 2024-01-31T14:00:00, sin zona
        [list] una lista entre corchetes, como ["a", "b"]
        [table] una tabla entre llaves, como los nombres en varios idiomas
        [entries] cada entrada bajo su propio encabezado entre dobles corchetes
       *[other] otro tipo de valor
    }.
directory-finding-number-out-of-range = El número { $given } es demasiado pequeño o demasiado grande aquí.
    .remedy = Escriba un número entero de 0 a 65535.
directory-finding-id-malformed = «{ $id }» no puede ser un identificador.
    .remedy = Use letras minúsculas de la a a la z, dígitos y guiones, como dealer-reserve.
directory-finding-id-doubled = Más arriba ya hay { $kind ->
        [topic] otro tema
        [audience] otro público
        [region] otra región
        [subject] otro encabezado
        [courier] otra mensajería
        [document] otro tipo de documento
        [channel] otro canal
        [way] otra vía
        [group] otro grupo
       *[unit] otra unidad
    } «{ $id }».
    .remedy = Cambie uno de los dos identificadores o quite una de las dos entradas.
directory-finding-unknown-reference = En el archivo no existe { $kind ->
        [topic] ningún tema
        [audience] ningún público
        [region] ninguna región
        [subject] ningún encabezado
        [courier] ninguna mensajería
        [document] ningún tipo de documento
       *[unit] ninguna unidad
    } «{ $id }».
    .remedy = ¿Quiso decir «{ $nearest }»? Si no, agregue { $kind ->
        [topic] el tema
        [audience] el público
        [region] la región
        [subject] el encabezado
        [courier] la mensajería
        [document] el tipo de documento
       *[unit] la unidad
    } al archivo.
directory-finding-language-malformed = «{ $language }» no es un código de idioma.
    .remedy = Use un código como en o es.
directory-finding-language-missing = El texto «{ $text }» falta en el idioma «{ $language }».
    .remedy = Agréguelo para que todos puedan leerlo.
directory-finding-hours-malformed = El horario «{ $hours }» no se puede leer a partir de aquí.
    .remedy = Escríbalo así: "Mo-Fr 08:00-17:00; Sa 09:00-13:00; Su off", con días de dos letras en inglés y dos dígitos para horas y minutos.
directory-finding-hours-need-a-place = El horario «{ $hours }» depende del sol, que no está igual en todas partes.
    .remedy = Escriba horas de reloj.
directory-finding-zone-unknown = No existe la zona horaria «{ $zone }».
    .remedy = Escriba un nombre como "America/Chicago", o "caller" para la hora local de quien pregunta.
directory-finding-country-unknown = No se conocen los días feriados del país «{ $country }».
    .remedy = Escriba un código de dos letras como "US", o quítelo y anote los días libres como [[holiday]].
directory-finding-number-malformed = «{ $number }» no puede ser un número de teléfono.
    .remedy = Escríbalo con el código del país, como "+1 855-720-2559".
directory-finding-number-invalid = { $way }: en la red telefónica no existe el número { $number }.
    .remedy = Compare los dígitos con la fuente.
directory-finding-option-malformed = «{ $option }» no se puede marcar en un teléfono.
    .remedy = Escriba las teclas que hay que marcar: dígitos, * o #.
directory-finding-option-doubled = La opción { $option } del { $number } también está en la línea { $line }, así que una de las dos lleva al lugar equivocado.
    .remedy = Corrija la opción o ponga a cada una su primer y último día.
directory-finding-email-malformed = «{ $email }» no es una dirección de correo electrónico.
    .remedy = Escriba una sola dirección, como "nombre@example.com".
directory-finding-url-malformed = «{ $url }» no es una dirección web segura.
    .remedy = Escriba la dirección completa, empezando por https://
directory-finding-address-missing = Una vía del canal { $channel } necesita «{ $field }».
    .remedy = Agregue { $field }, o escriba published = false si existe pero no se da a conocer.
directory-finding-field-of-other-channel = «{ $field }» no corresponde a una vía del canal { $channel }.
    .remedy = Quite { $field } o corrija el canal. Una vía que no se publica no lleva ninguna dirección.
directory-finding-range-inverted = Termina ({ $until }) antes de empezar ({ $from }).
    .remedy = Intercámbielos o corrija uno.
directory-finding-topic-unreached = Nadie atiende el tema «{ $topic }».
    .remedy = Agréguelo a los temas de una unidad o de una vía, o quítelo.
directory-finding-topic-unpublished = Para el tema «{ $topic }» no hay ninguna vía con número o dirección a la vista.
    .remedy = Agregue una o publique la que existe.
directory-finding-topic-never-open = Ninguna línea para el tema «{ $topic }» abre nunca.
    .remedy = Corrija el horario de sus vías o agregue una.
directory-finding-way-never-open = { $way } nunca abre: { $hours }
    .remedy = Corrija su horario o sus fechas.
directory-finding-way-doubled = { $way } y { $other } son la misma línea para el mismo asunto en los mismos días.
    .remedy = Quite una o ponga a cada una su primer y último día.
directory-finding-unit-unreachable = No hay ninguna vía para comunicarse con la unidad «{ $unit }».
    .remedy = Agregue una vía o quite la unidad.
directory-finding-promise-gap = «{ $unit }» promete atender de { $from } a { $until }, y no hay ninguna línea abierta.
    .remedy = Corrija el horario de sus vías o lo que se promete.
directory-finding-seasons-overlap = { $way }: dos temporadas de «{ $hours }» coinciden el { $day }; vale la última.
    .remedy = Termine una temporada el día antes de que empiece la otra.
directory-finding-exceptions-contradict = { $way }: esta excepción y la de la línea { $line } se cruzan, una abre y la otra cierra.
    .remedy = Termine una antes de que empiece la otra.
directory-finding-synonym-shared = «{ $synonym }» lleva a las mismas personas a «{ $topic }» y a «{ $other }».
    .remedy = Déjelo en uno solo o hágalo más preciso.

# Lo que las respuestas no aceptan.

refusal-directory-unknown-topic = En el directorio no existe el tema «{ $topic }».
    .remedy = Diga con sus propias palabras lo que necesita o elija un tema de la lista.
refusal-directory-unknown-audience = En el directorio no existe el público «{ $audience }».
    .remedy = Elija uno de la lista o no lo indique.
refusal-directory-unknown-region = En el directorio no existe la región «{ $region }».
    .remedy = Elija una de la lista o no la indique.
refusal-directory-unknown-document = El directorio no dice a dónde enviar «{ $document }».
    .remedy = Elija un tipo de documento de la lista o llame a la unidad que se lo pidió.

# Días feriados federales.

directory-holiday-new-year = Año Nuevo
directory-holiday-martin-luther-king = Día de Martin Luther King Jr.
directory-holiday-washington = Día de los Presidentes
directory-holiday-memorial = Día de los Caídos
directory-holiday-juneteenth = Juneteenth
directory-holiday-independence = Día de la Independencia
directory-holiday-labor = Día del Trabajo
directory-holiday-columbus = Día de Colón
directory-holiday-veterans = Día de los Veteranos
directory-holiday-thanksgiving = Día de Acción de Gracias
directory-holiday-christmas = Navidad
