//! What wit-bindgen makes of the WIT package. Not part of the public API: the rest of the crate wraps it. It is public
//! only because the export macros expand in the add-on's crate.
//!
//! wit-bindgen exports one macro per exported interface and version, at the root of this crate, so each interface is exported by one world
//! alone: what plugins and channels have in common is a world of its own. An add-on exports the worlds of its kind, and its component is what
//! they are together. Interfaces that a component imports and never calls are left out of it when it is made.

/// What plugins show and hear, and the interfaces of the host that the crate wraps.
pub mod plugin {
    wit_bindgen::generate!({
        path: "wit/annex-addon-0.2",
        inline: "
            package annex:sdk;
            world plugin-part {
                import annex:addon/about@0.2.0;
                import annex:addon/http@0.2.0;
                import annex:addon/kv@0.2.0;
                import annex:addon/settings@0.2.0;
                import annex:addon/log@0.2.0;
                import annex:addon/files@0.2.0;
                import annex:addon/schedule@0.2.0;
                import annex:addon/tickets@0.2.0;
                import annex:addon/contacts@0.2.0;
                import annex:addon/operators@0.2.0;
                export annex:addon/views@0.2.0;
                export annex:addon/events@0.2.0;
                export annex:addon/webhooks@0.2.0;
            }
        ",
        world: "plugin-part",
        pub_export_macro: true,
        export_macro_name: "export_plugin_world",
        additional_derives: [PartialEq],
        generate_all,
    });
}

/// What plugins and channels are called for alike.
pub mod shared {
    wit_bindgen::generate!({
        path: "wit/annex-addon-0.2",
        inline: "
            package annex:sdk;
            world shared-part {
                export annex:addon/lifecycle@0.2.0;
                export annex:addon/configuration@0.2.0;
                export annex:addon/schedules@0.2.0;
            }
        ",
        world: "shared-part",
        with: { "annex:addon/types@0.2.0": crate::bindings::plugin::annex::addon::types },
        pub_export_macro: true,
        export_macro_name: "export_shared_world",
        additional_derives: [PartialEq],
        generate_all,
    });
}

/// What channels carry.
pub mod channel {
    wit_bindgen::generate!({
        path: "wit/annex-addon-0.2",
        inline: "
            package annex:sdk;
            world channel-part {
                import annex:addon/mail@0.2.0;
                export annex:addon/messaging@0.2.0;
            }
        ",
        world: "channel-part",
        with: { "annex:addon/types@0.2.0": crate::bindings::plugin::annex::addon::types },
        pub_export_macro: true,
        export_macro_name: "export_channel_world",
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
