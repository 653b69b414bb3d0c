# Lo que core/customers rechaza sobre las personas.

refusal-customers-changed-meanwhile = Alguien más modificó los datos de esta persona mientras tanto.
    .remedy = Vuelva a cargar la página, vea qué cambió y haga su cambio otra vez.
refusal-customers-erased = Los datos de esta persona se borraron.
    .remedy = No se puede agregar nada. Si vuelve a comunicarse, será una persona nueva.
refusal-customers-name-malformed = Este nombre no se puede usar.
    .remedy = Escriba de 1 a { $longest } caracteres en una sola línea, sin caracteres invisibles.
refusal-customers-too-many-names = Son demasiados nombres adicionales.
    .remedy = Deje { $most } como máximo.
refusal-customers-point-malformed = Este no es un nombre de usuario ni una cuenta por los que se pueda contactar a alguien.
    .remedy = Escríbalo sin espacios, tal como aparece en la red o el sitio.
refusal-customers-point-taken = Otra persona ya demostró que esto es suyo.
    .remedy = Si son la misma persona, combine los dos registros. Si no, déjelo como dato sin verificar.
refusal-customers-too-many-points = Esta persona tiene demasiadas formas de contacto.
    .remedy = Deje { $most } como máximo y quite las que ya no sirven.
refusal-customers-need-unknown = «{ $input }» no es una necesidad que conozcamos.
    .remedy = Elija de la lista y describa lo demás con sus propias palabras.
refusal-customers-needs-malformed = Esta descripción de necesidades no se puede usar.
    .remedy = Escriba de 1 a { $longest } caracteres.
refusal-customers-note-malformed = Esta nota no se puede usar.
    .remedy = Escriba de 1 a { $longest } caracteres.
refusal-customers-too-many-notes = Ya hay { $most } notas sobre esta persona.
    .remedy = Quite las que ya no ayudan.
refusal-customers-already-one = Ya son la misma persona.
    .remedy = No hay nada que combinar.
refusal-customers-merge-undone = Esta combinación ya se deshizo.
    .remedy = Vuelva a cargar la página para ver quién es quién.
