//! Moves values between generated types and those of the domain. The two are alike field by field; the macros write
//! the field-by-field moves, and the compiler reports every field that one of the two sides gains.

/// A conversion that cannot fail.
pub(crate) trait Convert<T> {
    /// The same value as the other type.
    fn convert(self) -> T;
}

macro_rules! same {
    ($($ty:ty),+) => {$(
        impl Convert<$ty> for $ty {
            fn convert(self) -> $ty { self }
        }
    )+};
}
same!(String, bool, u8, u16, u32, u64, i64, f64);

impl<A: Convert<B>, B> Convert<Vec<B>> for Vec<A> {
    fn convert(self) -> Vec<B> {
        self.into_iter().map(Convert::convert).collect()
    }
}

impl<A: Convert<B>, B> Convert<Option<B>> for Option<A> {
    fn convert(self) -> Option<B> {
        self.map(Convert::convert)
    }
}

impl<A: Convert<B>, B, C: Convert<D>, D> Convert<Result<B, D>> for Result<A, C> {
    fn convert(self) -> Result<B, D> {
        self.map(Convert::convert).map_err(Convert::convert)
    }
}

/// `records! { wit => domain: Name { field, … } … }`
macro_rules! records {
    ($from:ident => $to:ident: $($name:ident { $($field:ident),+ $(,)? })+) => {$(
        impl $crate::bindings::Convert<$to::$name> for $from::$name {
            fn convert(self) -> $to::$name {
                let $from::$name { $($field),+ } = self;
                $to::$name { $($field: $field.convert()),+ }
            }
        }
    )+};
}

/// `variants! { wit => domain: Name { Case(v), Case, … } … }`
macro_rules! variants {
    ($from:ident => $to:ident: $($name:ident { $($case:ident $(($value:ident))?),+ $(,)? })+) => {$(
        impl $crate::bindings::Convert<$to::$name> for $from::$name {
            fn convert(self) -> $to::$name {
                match self { $($from::$name::$case $(($value))? => $to::$name::$case $(($value.convert()))?),+ }
            }
        }
    )+};
}

pub(crate) use {records, variants};
