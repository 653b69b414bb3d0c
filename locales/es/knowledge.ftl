# Qué está mal en un archivo de artículos o guías y cómo corregirlo. Lo dicen `switchboard knowledge check` e
# `import` después del archivo y la línea.

knowledge-finding-too-long = El archivo tiene { $bytes } bytes y se aceptan { $most } como máximo.
    .remedy = Divídalo en varios artículos.
knowledge-finding-no-front-matter = El artículo no empieza con su encabezado.
    .remedy = Empiece con una línea de +++, luego title y kind, luego otra línea de +++.
knowledge-finding-front-matter = No se puede leer el encabezado: { $reason }
    .remedy = Corrija esta línea.
knowledge-finding-unknown-kind = «{ $given }» no es un tipo de artículo.
    .remedy = Use faq, how-to, tutorial, manual, policy, procedure o macro.
knowledge-finding-empty = No hay nada en «{ $field }».
    .remedy = Escríbalo.
knowledge-finding-field-too-long = «{ $field }» tiene más de { $most } caracteres.
    .remedy = Dígalo en menos palabras.
knowledge-finding-too-many = Hay más de { $most } de «{ $field }».
    .remedy = Quite algunos.
knowledge-finding-staff-and-others = Un artículo para el personal no puede ser también para otros.
    .remedy = Quite «staff» o los demás públicos, o escriba dos artículos.
knowledge-finding-internal-kind = El tipo { $kind } es solo para el personal y no puede tener otro público.
    .remedy = Quite el público o elija otro tipo.
knowledge-finding-never-in-force = Empieza el { $from } y termina antes, el { $until }.
    .remedy = Corrija una de las fechas.
knowledge-finding-unknown-state = «{ $given }» no es un estado.
    .remedy = Use draft, review, published o retired.
knowledge-finding-no-review-date = A nadie se le pide que lo vuelva a revisar.
    .remedy = Agregue review con una fecha.
knowledge-finding-bad-name = «{ $name }» no puede ser el nombre de un artículo o una guía.
    .remedy = Use minúsculas, cifras y guiones, por ejemplo dispute-a-charge.
knowledge-finding-raw-html = Hay HTML en el texto.
    .remedy = Escríbalo en Markdown.
knowledge-finding-image = Hay una imagen en el texto y las imágenes no se muestran.
    .remedy = Dígalo con palabras.
knowledge-finding-heading-one = Hay un título de primer nivel en el texto; ese lugar es del título del artículo.
    .remedy = Empiece con ##.
knowledge-finding-bad-link = El enlace «{ $link }» lleva a donde ningún enlace debe llevar.
    .remedy = Enlace a help:, guide:, contact:, https:, mailto: o tel:.
knowledge-finding-too-deep = Tiene más de { $most } niveles.
    .remedy = Hágalo más plano.
knowledge-finding-guide-unreadable = No se puede leer la guía: { $reason }
    .remedy = Corrija esta línea.
knowledge-finding-unknown-step = No hay ninguna pregunta ni final «{ $step }».
    .remedy = Corrija el nombre o agréguelo.
knowledge-finding-twice = «{ $id }» aparece aquí por segunda vez.
    .remedy = Dé otro id a uno de los dos.
knowledge-finding-dead-end = La pregunta «{ $step }» no tiene ninguna respuesta para elegir.
    .remedy = Agregue respuestas o conviértala en un final.
knowledge-finding-circle = La pregunta «{ $step }» vuelve a «{ $back_to }», y así sin fin.
    .remedy = Lleve a otra pregunta o a un final.
knowledge-finding-never-reached = Nada lleva a «{ $step }».
    .remedy = Haga que una respuesta lleve ahí, o quítelo.
knowledge-finding-no-words = «{ $field }» no dice nada en el idioma { $language }.
    .remedy = Agregue las palabras en ese idioma.
knowledge-finding-unknown-language = El centro no habla { $language }.
    .remedy = Quite esas palabras, o agregue antes el idioma al centro.
knowledge-finding-unknown-language-folder = «{ $language }» no es un idioma del centro, que habla { $known }.
    .remedy = Ponga el artículo en la carpeta de su idioma.
knowledge-finding-unknown-file = Este archivo no se lee.
    .remedy = Los artículos son IDIOMA/NOMBRE.md, las guías guides/NOMBRE.toml y los sinónimos synonyms.toml.
knowledge-finding-synonyms-unreadable = No se pueden leer los sinónimos: { $reason }
    .remedy = Corrija esta línea.
knowledge-finding-lonely-synonym = Este grupo tiene una sola frase en un idioma.
    .remedy = Agregue otra frase que signifique lo mismo, o quítelo.
knowledge-finding-unknown-topic = El directorio no tiene el tema «{ $topic }».
    .remedy = Corrija el nombre, o agregue antes el tema al directorio.
knowledge-finding-unknown-audience = El directorio no tiene el público «{ $audience }».
    .remedy = Corrija el nombre o quítelo.
knowledge-finding-broken-link = El enlace «{ $link }» no lleva a nada.
    .remedy = Corrija el nombre, o escriba aquello a lo que debe llevar.

knowledge-imported = { $added } agregados, { $changed } cambiados, { $unchanged } como antes.
knowledge-import-nothing = No se importó nada. Corrija los errores e importe de nuevo.
knowledge-exported = { $files } archivos escritos en { $folder }.
knowledge-rebuilt = { $texts } textos listos para buscar. Índice: { $index } KiB. Palabras de los textos: { $words } KiB.

refusal-knowledge-unknown-kind = «{ $given }» no es un tipo de artículo.
    .remedy = Elija uno de los tipos que se ofrecen.
refusal-knowledge-unknown-state = «{ $given }» no es un estado de un artículo.
    .remedy = Elija uno de los estados que se ofrecen.
refusal-knowledge-not-now = Eso no se puede hacer mientras el artículo { $state ->
        [draft] es un borrador
        [review] está en revisión
        [published] está publicado
       *[retired] está retirado
    }.
    .remedy = Un borrador se envía a revisión, una revisión se publica o se devuelve; editar empieza un borrador nuevo.
refusal-knowledge-no-such-way = La guía no tiene ese camino.
    .remedy = Empiece la guía de nuevo.
refusal-knowledge-changed-meanwhile = Alguien más cambió «{ $title }» entre tanto.
    .remedy = Mire la versión nueva y haga su cambio otra vez.
refusal-knowledge-slug-taken = Ya hay un texto llamado «{ $slug }» en este idioma.
    .remedy = Elija otro nombre o edite ese texto.
refusal-knowledge-unknown-language = El centro no habla este idioma.
    .remedy = Elija uno de sus idiomas.
refusal-knowledge-own-work = Quien escribió un texto no puede publicarlo.
    .remedy = Pida a otra persona que lo revise.
refusal-knowledge-unreadable = El texto «{ $slug }» ya no se puede leer.
    .remedy = Ábralo en el editor y corrija lo que se marca.
refusal-knowledge-too-many-files = Hay más de { $most } archivos.
    .remedy = Impórtelos en varias partes.
refusal-cli-knowledge-unsound = Los textos de { $folder } tienen errores; el primero es { $first }
    .remedy = Ejecute «switchboard knowledge check» con la carpeta y corrija lo que nombra.
