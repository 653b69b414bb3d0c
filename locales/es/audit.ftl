# trust/audit: lo que encontró una revisión del registro de auditoría y sus rechazos.

audit-broken-missing = Falta la entrada { $seq }.
audit-broken-changed = La entrada { $seq } no es lo que se escribió.
audit-broken-replaced = La entrada { $seq } se cambió por otra.
audit-broken-rewritten = El registro se volvió a escribir en algún punto entre la entrada { $seq } y la entrada { $until }.
audit-broken-cut-off = Se cortaron las entradas a partir de la { $seq }.
audit-broken-head-differs = El registro no termina como debería en la entrada { $seq }.
audit-broken-checkpoint-missing = Falta la firma que corresponde a la entrada { $seq }.
audit-broken-checkpoint-forged = La firma de la entrada { $seq } no es nuestra.

refusal-audit-key-unusable = No se puede abrir la clave con la que se firma el registro de auditoría.
    .remedy = Inicie con la clave maestra con la que se creó esta base de datos. Si ya lo hizo, alguien cambió las claves de firma: conserve la base de datos como evidencia y ejecute la revisión de auditoría.
refusal-audit-nothing-to-export = Ninguna entrada del registro de auditoría coincide.
    .remedy = Amplíe el filtro.
refusal-audit-filter-malformed = Las entradas de auditoría no se pueden filtrar por ese valor.
    .remedy = Elija uno de los valores que se ofrecen.
refusal-audit-bundle-malformed = Esta no es una exportación de auditoría completa (línea { $line }).
    .remedy = Pida el archivo de nuevo a quien lo exportó.
refusal-audit-bundle-unreadable = Una línea de este archivo no forma parte de una exportación de auditoría.
    .remedy = Pida el archivo de nuevo a quien lo exportó. Si es el mismo archivo, alguien lo cambió.
refusal-audit-public-key-malformed = Esta no es una clave pública de un registro de auditoría.
    .remedy = Es el nombre de la clave, dos puntos y 64 dígitos hexadecimales.
