//! What goes into a statement. There are five kinds of columns: ids, whole numbers, texts, bytes, and yes or no.

use uuid::Uuid;

/// A value for a placeholder. NULL keeps its kind, because PostgreSQL wants to know it.
#[derive(Debug, Clone)]
pub(in crate::store) enum Value {
    Id(Option<Uuid>),
    Number(Option<i64>),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
    Truth(Option<bool>),
}

/// What can be bound to a placeholder.
pub(in crate::store) trait Bind {
    /// Its NULL.
    const NULL: Value;
    /// The value.
    fn value(self) -> Value;
}

impl<T: Bind> Bind for Option<T> {
    const NULL: Value = T::NULL;

    fn value(self) -> Value {
        self.map_or(T::NULL, T::value)
    }
}

macro_rules! bind {
    ($kind:ident: $($type:ty => $into:expr),+ $(,)?) => {$(
        impl Bind for $type {
            const NULL: Value = Value::$kind(None);

            fn value(self) -> Value {
                let into: fn($type) -> _ = $into;
                Value::$kind(Some(into(self)))
            }
        }
    )+};
}

bind!(Id: Uuid => |id| id);
bind!(Number: i64 => |number| number, u32 => i64::from, u16 => i64::from, u8 => i64::from);
bind!(Text: String => |text| text, &String => String::clone, &str => str::to_owned);
bind!(Bytes: Vec<u8> => |bytes| bytes, &[u8] => <[u8]>::to_vec);
bind!(Truth: bool => |truth| truth);
