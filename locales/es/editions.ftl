# Lo que core/directory rechaza sobre las ediciones.

refusal-directory-nothing-recorded = En ese momento no se había registrado ningún directorio.
    .remedy = Importe uno o pregunte por un momento de conocimiento posterior.
refusal-directory-none-in-force = El { $moment } no había ningún directorio vigente.
    .remedy = Pregunte por un día a partir del { $first }.
refusal-directory-other-institution = El archivo es el directorio de «{ $file }», pero este centro atiende a «{ $centre }».
    .remedy = Revise el archivo o use otra carpeta de datos para otra institución.
refusal-directory-never-in-force = Este directorio terminaría antes de empezar.
    .remedy = Corrija «effective» o «until» en el archivo, o indique una fecha de vigencia anterior.
refusal-directory-moment-malformed = «{ $input }» no es una fecha ni una hora.
    .remedy = Escríbala como 2023-09-01 o 2023-09-01T10:00.
