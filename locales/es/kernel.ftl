# Lo que rechaza platform/kernel: qué ocurre y qué hacer.

refusal-language-malformed = “{ $input }” no es un código de idioma.
    .remedy = Use un código como en o es.
refusal-reference-malformed = “{ $input }” no es un número de referencia.
    .remedy = Compárelo con su carta o mensaje. Tiene la forma C-7F3K-Q2XH.
refusal-money-currencies-differ = No se puede combinar un monto en { $left } con otro en { $right }.
    .remedy = Indique ambos montos en la misma moneda.
refusal-money-out-of-range = Este monto es demasiado grande.
    .remedy = Revise el monto e inténtelo de nuevo.
