//! The words around a number, which tell what it is: English and Spanish, accents or not.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::digits;
use super::found::HIDDEN;

/// Longest word that is looked at; longer ones are in no list.
const LONGEST: usize = 16;
/// How many steps away from a number a word still tells something about it.
const STEPS: usize = 12;
/// How far that may be, in bytes.
const REACH: usize = 96;

/// What a word says about a number near it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// Names a payment card.
    Card,
    /// Names a card's verification value or PIN by itself.
    CardCode,
    /// "code", which needs another word to be a card's.
    Code,
    /// "security", as in security code or social security.
    Security,
    /// Where a card's code is printed.
    Back,
    /// "digits".
    Digits,
    /// Names a social security or taxpayer number.
    Social,
    Taxpayer,
    /// Names a bank account, or its routing number.
    Account,
    Routing,
    /// Names something with a number that is not sensitive: an order, a case.
    Label,
    /// Names a parcel.
    Parcel,
    /// Names a phone.
    Phone,
    /// A unit: what was counted is no code.
    Unit,
    /// A card's expiry date.
    Expiry,
    /// Tells which part of a number follows.
    Part,
    /// Says nothing by itself and is passed over.
    Filler,
    Other,
}

/// What is met on the way from a number into the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Word(Word),
    /// Another number, at this byte.
    Number(usize),
    /// A comma or the like.
    Pause,
    /// A sentence ends.
    Stop,
    /// Something that was hidden before.
    Hidden,
}

/// What words mean, in small letters without accents.
const LISTS: &[(Word, &str)] = &[
    (
        Word::Card,
        "card cards visa mastercard amex discover diners express jcb unionpay maestro credit debit \
         creditcard debitcard cc pan tarjeta tarjetas credito debito plastic",
    ),
    (Word::CardCode, "cvv cvc cvv2 cvc2 cid csc cvn pin nip"),
    (Word::Code, "code codigo cod codes clave"),
    (Word::Security, "security seguridad"),
    (Word::Back, "back reverso dorso atras"),
    (Word::Digits, "digit digits digito digitos"),
    (Word::Social, "ssn social sss soc"),
    (Word::Taxpayer, "itin taxpayer"),
    (
        Word::Account,
        "account accounts acct cuenta cuentas cta checking savings ahorros ahorro cheques corriente",
    ),
    (Word::Routing, "routing aba rtn ruta transit transito"),
    (
        Word::Label,
        "order orders pedido orden reference referencia ref confirmation confirmacion conf case caso \
         ticket boleto invoice factura serial serie sku upc ean isbn barcode imei iccid meid po folio \
         transaction transaccion txn trx claim reclamo policy poliza vin auth authorization \
         autorizacion approval trace session sesion receipt recibo comprobante item articulo product \
         producto model modelo version build booking reservation reserva quote contract contrato \
         request solicitud timestamp batch device",
    ),
    (
        Word::Parcel,
        "tracking track shipment shipping parcel package paquete envio guia rastreo seguimiento usps \
         ups fedex dhl",
    ),
    (
        Word::Phone,
        "phone tel telephone telefono cell celular mobile movil fax call text whatsapp llame llamar \
         ext extension",
    ),
    (
        Word::Unit,
        "dollars dollar dolares dolar usd bucks pesos cents days dias day dia weeks semanas months \
         meses month years year anos hours horas minutes minutos am pm percent points puntos miles \
         millas times veces people street st ave avenue road calle purchases compras transactions",
    ),
    (
        Word::Expiry,
        "exp expires expiry expiration exps valid thru vence vencimiento caduca caducidad expira \
         expiracion date fecha",
    ),
    (
        Word::Part,
        "half rest part then next remaining other second third ok okay primera primeros segunda mitad \
         parte resto luego siguientes ultimos otros restantes",
    ),
    (
        Word::Filler,
        "number numbers numero numeros no num nro nbr n is are es son id the my mi el la los las de \
         del of for para this this's here its it it's here's s aqui esta este and y on in en a please \
         full complete completo completa new nuevo nueva old our your su tu bank banco bancaria \
         bancario que that with con last three four tres cuatro first be was fue ser seria",
    ),
];

static WORDS: LazyLock<HashMap<&str, Word>> = LazyLock::new(|| {
    LISTS.iter().flat_map(|(word, list)| list.split_whitespace().map(|text| (text, *word))).collect()
});

/// A word in small letters without accents; empty when it is too long to matter.
#[derive(Default)]
struct Folded {
    bytes: [u8; LONGEST],
    length: usize,
    is_too_long: bool,
}

impl Folded {
    fn push(&mut self, c: char) {
        let plain = match c {
            'a'..='z' | '0'..='9' | '\'' => c,
            'A'..='Z' => c.to_ascii_lowercase(),
            'á' | 'Á' | 'à' | 'ä' => 'a',
            'é' | 'É' | 'è' | 'ë' => 'e',
            'í' | 'Í' => 'i',
            'ó' | 'Ó' | 'ö' => 'o',
            'ú' | 'Ú' | 'ü' | 'Ü' => 'u',
            'ñ' | 'Ñ' => 'n',
            '’' => '\'',
            // An accent that follows its letter.
            '\u{300}'..='\u{36f}' => return,
            _ => '?',
        };
        match (self.bytes.get_mut(self.length), u8::try_from(plain)) {
            (Some(place), Ok(byte)) => {
                *place = byte;
                self.length += 1;
            }
            _ => self.is_too_long = true,
        }
    }

    fn class(&self) -> Word {
        let word = self.bytes.get(..self.length).and_then(|bytes| std::str::from_utf8(bytes).ok());
        let known = word.filter(|_| !self.is_too_long).and_then(|word| WORDS.get(word));
        known.copied().unwrap_or(Word::Other)
    }
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphabetic()
        || !c.is_ascii() && c.is_alphabetic()
        || matches!(c, '\'' | '’' | '\u{300}'..='\u{36f}')
}

/// The class of a word given whole.
pub(super) fn classify(word: &str) -> Word {
    let mut folded = Folded::default();
    word.chars().for_each(|c| folded.push(c));
    folded.class()
}

/// A step and where it stands in the text.
struct Placed {
    step: Step,
    start: usize,
    end: usize,
}

/// All steps of a text, in order. Each word is looked up once, however many numbers are near it.
#[derive(Default)]
pub(super) struct Steps {
    placed: Vec<Placed>,
    /// Whether any word could name a card's code. Most texts have none, and need not be searched for one.
    pub mention_codes: bool,
}

impl Steps {
    pub fn of(text: &str) -> Self {
        let mut steps = Self { placed: Vec::with_capacity(text.len() / 4), mention_codes: false };
        let (mut at, mut last_word) = (0, Word::Other);
        while let Some(first) = text.get(at..).and_then(|rest| rest.chars().next()) {
            let rest = text.get(at..).unwrap_or_default();
            let length = piece(rest, first);
            let (start, end) = (at, at + length);
            at = end;
            let step = if is_word(first) {
                last_word = classify(rest.get(..length).unwrap_or_default());
                steps.mention_codes |= matches!(last_word, Word::CardCode | Word::Code | Word::Back);
                Some(Step::Word(last_word))
            } else if digits::value(first).is_some() {
                Some(Step::Number(start))
            } else {
                let after = text.get(end..).and_then(|rest| rest.chars().next());
                punctuation(first, after, start, text, last_word)
            };
            steps.placed.extend(step.map(|step| Placed { step, start, end }));
        }
        steps
    }

    /// From a place in the text backwards: nearest first.
    pub fn before(&self, at: usize) -> impl Iterator<Item = Step> {
        let count = self.placed.partition_point(|placed| placed.end <= at);
        let near = self.placed.iter().take(count).rev().take_while(move |placed| placed.end + REACH >= at);
        near.map(|placed| placed.step).filter(|step| *step != Step::Hidden).take(STEPS)
    }

    /// From a place in the text forwards: nearest first.
    pub fn after(&self, at: usize) -> impl Iterator<Item = Step> {
        let count = self.placed.partition_point(|placed| placed.start < at);
        let near = self.placed.iter().skip(count).take_while(move |placed| placed.start <= at + REACH);
        near.map(|placed| placed.step).take(STEPS)
    }

    /// Between two places in the text.
    pub fn between(&self, from: usize, to: usize) -> impl Iterator<Item = Step> {
        let first = self.placed.partition_point(|placed| placed.start < from);
        let near = self.placed.iter().skip(first).take_while(move |placed| placed.end <= to);
        near.map(|placed| placed.step)
    }

    /// The word that says what the number at this place is: the nearest that is no filler.
    pub fn governing(&self, at: usize) -> Option<Word> {
        match self.before(at).find(|step| *step != Step::Word(Word::Filler)) {
            Some(Step::Word(word)) => Some(word),
            _ => None,
        }
    }

    /// Whether one of the words before this place, after the last number, is wanted.
    pub fn is_near(&self, at: usize, wanted: impl Fn(Word) -> bool) -> bool {
        let mut steps = self.before(at).take_while(|step| !matches!(step, Step::Number(_)));
        steps.any(|step| matches!(step, Step::Word(word) if wanted(word)))
    }

    /// Whether one of the words after this place, in the same sentence, is wanted.
    pub fn follows(&self, at: usize, wanted: impl Fn(Word) -> bool) -> bool {
        let ends = |step: &Step| matches!(step, Step::Stop | Step::Number(_) | Step::Hidden);
        let mut steps = self.after(at).take_while(|step| !ends(step));
        steps.any(|step| matches!(step, Step::Word(word) if wanted(word)))
    }
}

/// How long the piece is that a text begins with: a word, a number, or one other character.
fn piece(text: &str, first: char) -> usize {
    let while_ = |is_part: fn(char) -> bool| text.find(|c| !is_part(c)).unwrap_or(text.len());
    if is_word(first) {
        let word = while_(is_word);
        let digits = text.get(word..).and_then(|rest| rest.strip_prefix('2'));
        // "CVV2": a digit that belongs to a word.
        let is_joined = digits.is_some_and(|rest| !rest.starts_with(|c| digits::value(c).is_some()))
            && text.get(..word).is_some_and(|word| classify(word) == Word::CardCode);
        word + usize::from(is_joined)
    } else if digits::value(first).is_some() {
        while_(|c| digits::value(c).is_some())
    } else if first == HIDDEN {
        while_(|c| c == HIDDEN)
    } else {
        first.len_utf8()
    }
}

fn punctuation(c: char, after: Option<char>, at: usize, text: &str, last_word: Word) -> Option<Step> {
    let goes_on = after.is_some_and(char::is_alphanumeric);
    match c {
        '.' if goes_on || ends_abbreviated(text.get(..at).unwrap_or_default(), last_word) => None,
        '.' | '!' | '?' | ';' | '¿' | '¡' => Some(Step::Stop),
        ',' => Some(Step::Pause),
        '%' => Some(Step::Word(Word::Unit)),
        HIDDEN => Some(Step::Hidden),
        _ => None,
    }
}

/// "no.", "num.", "ref.": a dot that ends no sentence.
fn ends_abbreviated(text: &str, last_word: Word) -> bool {
    let length = text.chars().rev().take_while(|c| is_word(*c)).take(5).count();
    let is_known = matches!(
        last_word,
        Word::Filler | Word::Label | Word::Account | Word::Phone | Word::Expiry | Word::Code
    );
    (1..=4).contains(&length) && is_known
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_is_in_two_lists_or_too_long_or_accented() {
        let words = || LISTS.iter().flat_map(|(_, list)| list.split_whitespace());
        assert_eq!(words().count(), WORDS.len());
        assert!(words().all(|word| word.len() <= LONGEST && word.is_ascii()));
    }

    #[test]
    fn the_nearest_telling_word_governs_a_number() {
        for (text, word) in [
            ("My order number is ", Some(Word::Label)),
            ("order no. ", Some(Word::Label)),
            ("charged for the order to card ", Some(Word::Card)),
            ("Número de tarjeta: ", Some(Word::Card)),
            ("NU\u{301}MERO DE CUENTA ", Some(Word::Account)),
            ("I placed an order. ", None),
            ("order 55 ", None),
            ("n.º de guía ", Some(Word::Parcel)),
            ("the CVV2 is ", Some(Word::CardCode)),
            ("", None),
        ] {
            assert_eq!(Steps::of(text).governing(text.len()), word, "{text}");
        }
    }

    #[test]
    fn what_is_far_away_says_nothing() {
        let text = format!("order {} ", "is ".repeat(40));
        assert_eq!(Steps::of(&text).governing(text.len()), None);
        let text = format!(" {}order", " ".repeat(100));
        assert!(!Steps::of(&text).follows(0, |word| word == Word::Label));
    }

    #[test]
    fn words_after_a_number_are_read_up_to_the_end_of_the_sentence() {
        let follows = |text: &str, wanted| Steps::of(text).follows(0, |word| word == wanted);
        assert!(follows(" is my cvv", Word::CardCode));
        assert!(!follows(" is my street. The cvv", Word::CardCode));
        assert!(follows("% of it", Word::Unit));
    }
}
