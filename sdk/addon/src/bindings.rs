//! What wit-bindgen makes of the WIT packages. Not part of the public API: the rest of the crate wraps it. It is public
//! only because the export macros expand in the add-on's crate.
//!
//! Each kind of add-on has the published world of its own. wit-bindgen exports one macro per exported interface and version, at the
//! root of this crate: no interface is exported by two of these worlds. Interfaces that a component imports and never calls are left out
//! of it when it is made.

/// The world of plugins, and the interfaces of the host that the crate wraps.
pub mod plugin {
    wit_bindgen::generate!({
        path: "wit/annex-addon-0.2",
        world: "plugin",
        pub_export_macro: true,
        export_macro_name: "export_plugin_world",
        additional_derives: [PartialEq],
        generate_all,
    });
}

/// The world of languages.
pub mod language {
    wit_bindgen::generate!({
        path: "wit/annex-addon-0.2",
        world: "language",
        pub_export_macro: true,
        export_macro_name: "export_language_world",
        additional_derives: [PartialEq],
        generate_all,
    });
}

/// The world of channels, of 0.1.
pub mod channel {
    wit_bindgen::generate!({
        path: "wit/annex-addon-0.1",
        world: "channel",
        pub_export_macro: true,
        export_macro_name: "export_channel_world",
        additional_derives: [PartialEq],
        generate_all,
    });
}
