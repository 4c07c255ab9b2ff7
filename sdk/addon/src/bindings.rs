//! What wit-bindgen makes of the WIT package. Not part of the public API: the rest of the crate wraps it. It is public
//! only because the export macros expand in the add-on's crate.
//!
//! wit-bindgen exports one macro per exported interface, at the root of this crate, so an interface may be exported
//! by one `generate!` only. Plugins and channels share `lifecycle`: it has a world of its own, and the export macros
//! put the worlds together. What comes out is exactly a world of the WIT package; the host checks that.

/// What plugins and channels share: the imports, and the export `lifecycle`.
pub mod common {
    wit_bindgen::generate!({
        path: "wit/annex-addon-0.1",
        inline: "
            package annex:sdk-common;
            world installable {
                import annex:addon/http@0.1.0;
                import annex:addon/kv@0.1.0;
                import annex:addon/settings@0.1.0;
                import annex:addon/log@0.1.0;
                import annex:addon/tickets@0.1.0;
                import annex:addon/contacts@0.1.0;
                export annex:addon/lifecycle@0.1.0;
            }
        ",
        world: "annex:sdk-common/installable",
        pub_export_macro: true,
        export_macro_name: "export_lifecycle",
        additional_derives: [PartialEq],
        generate_all,
    });
}

/// What plugins alone export.
pub mod plugin {
    wit_bindgen::generate!({
        path: "wit/annex-addon-0.1",
        inline: "
            package annex:sdk-plugin;
            world sidebar-and-events {
                export annex:addon/sidebar@0.1.0;
                export annex:addon/events@0.1.0;
            }
        ",
        world: "annex:sdk-plugin/sidebar-and-events",
        pub_export_macro: true,
        export_macro_name: "export_plugin_only",
        additional_derives: [PartialEq],
        generate_all,
    });
}

/// What channels alone export.
pub mod channel {
    wit_bindgen::generate!({
        path: "wit/annex-addon-0.1",
        inline: "
            package annex:sdk-channel;
            world messages {
                export annex:addon/messaging@0.1.0;
            }
        ",
        world: "annex:sdk-channel/messages",
        pub_export_macro: true,
        export_macro_name: "export_channel_only",
        additional_derives: [PartialEq],
        generate_all,
    });
}

/// What languages export.
pub mod language {
    wit_bindgen::generate!({
        path: "wit/annex-addon-0.1",
        inline: "
            package annex:sdk-language;
            world translation {
                export annex:addon/locale@0.1.0;
            }
        ",
        world: "annex:sdk-language/translation",
        pub_export_macro: true,
        export_macro_name: "export_language_only",
        additional_derives: [PartialEq],
        generate_all,
    });
}

#[cfg(test)]
mod tests {
    /// What this file says in its worlds is what the published ones say.
    #[test]
    fn the_worlds_are_the_published_ones() {
        let published = include_str!("../wit/annex-addon-0.1/world.wit");
        let here = include_str!("bindings.rs");
        let (_, worlds) = published.split_once("world plugin").unwrap();
        for line in worlds.lines().map(str::trim) {
            if let Some((word @ ("import" | "export"), interface)) = line.trim_end_matches(';').split_once(' ') {
                let own = format!("{word} annex:addon/{interface}@0.1.0;");
                assert!(here.contains(&own), "{own}");
            }
        }
    }
}
