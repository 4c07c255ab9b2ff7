//! Pictures that come with packages. A PNG can hold more than a picture: texts, profiles, code for whoever takes it for something
//! else. So it is decoded within bounds and written anew; nothing but its pixels is ever served.

use std::io::Cursor;

use image::{DynamicImage, ImageEncoder as _, codecs::png};

use crate::{
    manifest::{check_icon, check_picture},
    refusal::Refusal,
};

/// What a picture may take.
struct Bounds {
    /// Bytes of the file.
    file: usize,
    /// Pixels.
    width: u32,
    height: u32,
    /// Bytes that decoding may take.
    memory: u64,
}

/// 1 MiB, and four times what the largest picture has in 16 bits a channel.
const ICON: Bounds = Bounds { file: 1 << 20, width: 512, height: 512, memory: 8 << 20 };
/// 2 MiB, and twice what the largest picture has in 16 bits a channel.
const PICTURE: Bounds = Bounds { file: 2 << 20, width: 1600, height: 1200, memory: 32 << 20 };

/// The same picture as a PNG of this host: eight bits a channel, with transparency, no other data, one frame.
///
/// # Errors
/// [`Refusal::IconInvalid`] unless it is a square PNG of 64 to 512 pixels and at most 1 MiB.
pub fn redraw(path: &str, data: &[u8]) -> Result<Vec<u8>, Refusal> {
    check_icon(path, data)?;
    draw(data, &ICON).ok_or_else(|| Refusal::IconInvalid { path: path.into() })
}

/// The same of a picture of the listing.
///
/// # Errors
/// [`Refusal::PictureInvalid`] unless it is a PNG of 320 × 200 to 1600 × 1200 pixels and at most 2 MiB.
pub fn redraw_picture(path: &str, data: &[u8]) -> Result<Vec<u8>, Refusal> {
    check_picture(path, data)?;
    draw(data, &PICTURE).ok_or_else(|| Refusal::PictureInvalid { path: path.into() })
}

/// How much of a picture is seen on a ground of one colour: the share of its area, 0 to 1, with a contrast of at least 3:1 to it
/// (WCAG 2.2, 1.4.11). None for what cannot be drawn.
#[must_use]
pub fn stands_out(data: &[u8], ground: [u8; 3]) -> Option<f64> {
    let picture = decode(data, &ICON).ok()?;
    let dark = luminance(ground.map(f64::from));
    let seen = picture.pixels().filter(|pixel| {
        let [red, green, blue, alpha] = pixel.0.map(f64::from);
        let over = |of: f64, under: u8| (of * alpha + f64::from(under) * (255.0 - alpha)) / 255.0;
        let [r, g, b] = ground;
        let light = luminance([over(red, r), over(green, g), over(blue, b)]);
        (light.max(dark) + 0.05) / (light.min(dark) + 0.05) >= 3.0
    });
    Some(seen.count() as f64 / f64::from(picture.width() * picture.height()))
}

/// The relative luminance of a colour in sRGB, 0 to 255 a channel, as WCAG has it.
fn luminance(colour: [f64; 3]) -> f64 {
    let [red, green, blue] = colour.map(|channel| {
        let channel = channel / 255.0;
        if channel <= 0.04045 { channel / 12.92 } else { ((channel + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

fn decode(data: &[u8], bounds: &Bounds) -> image::ImageResult<image::RgbaImage> {
    let mut limits = image::Limits::default();
    limits.max_image_width = Some(bounds.width);
    limits.max_image_height = Some(bounds.height);
    limits.max_alloc = Some(bounds.memory);
    let decoder = png::PngDecoder::with_limits(Cursor::new(data), limits)?;
    Ok(DynamicImage::from_decoder(decoder)?.into_rgba8())
}

fn draw(data: &[u8], bounds: &Bounds) -> Option<Vec<u8>> {
    if data.len() > bounds.file { None } else { encode(&decode(data, bounds).ok()?).ok() }
}

fn encode(picture: &image::RgbaImage) -> image::ImageResult<Vec<u8>> {
    let mut drawn = Vec::new();
    let (width, height) = picture.dimensions();
    png::PngEncoder::new(&mut drawn).write_image(picture, width, height, image::ExtendedColorType::Rgba8)?;
    Ok(drawn)
}

#[cfg(test)]
mod tests {
    use image::{DynamicImage, ImageFormat, Luma, Rgb, Rgba};

    use super::*;

    fn png(picture: &DynamicImage) -> Vec<u8> {
        let mut png = Cursor::new(Vec::new());
        picture.write_to(&mut png, ImageFormat::Png).unwrap();
        png.into_inner()
    }

    fn square(side: u32) -> DynamicImage {
        image::RgbaImage::from_pixel(side, side, Rgba([1, 2, 3, 200])).into()
    }

    #[test]
    fn only_pixels_are_kept() {
        let clean = png(&square(64));
        let drawn = redraw("icon.png", &clean).unwrap();
        // A text after the header, and a script after the end.
        let mut chunk = b"\0\0\0\x14tEXta\0<script>x</script>".to_vec();
        chunk.extend([0x3f, 0x72, 0xf8, 0x85]);
        let loaded = [&clean[..33], &chunk, &clean[33..], b"<script>y</script>"].concat();
        for data in [&loaded[..], &drawn] {
            assert_eq!(redraw("icon.png", data).as_ref(), Ok(&drawn));
        }
        let again = image::load_from_memory(&drawn).unwrap();
        assert_eq!((again.width(), again.to_rgba8().get_pixel(5, 5)), (64, &Rgba([1, 2, 3, 200])));
        assert!(!drawn.windows(7).any(|bytes| bytes == b"<script"));
    }

    #[test]
    fn pictures_have_bounds_of_their_own() {
        let picture = |width, height| png(&image::RgbaImage::new(width, height).into());
        for (width, height) in [(320, 200), (1600, 1200)] {
            let drawn = redraw_picture("a.png", &picture(width, height)).unwrap();
            let again = image::load_from_memory(&drawn).unwrap();
            assert_eq!((again.width(), again.height()), (width, height));
        }
        let mut large = picture(400, 300);
        large.resize((2 << 20) + 1, 0);
        for wrong in [picture(319, 200), picture(320, 199), picture(1601, 1200), large, b"<svg/>".to_vec()] {
            assert_eq!(redraw_picture("a.png", &wrong).unwrap_err().code(), "picture-invalid");
        }
    }

    #[test]
    fn every_kind_of_png_can_be_drawn() {
        let grey: DynamicImage = image::ImageBuffer::from_pixel(100, 100, Luma([40_000u16])).into();
        let wide: DynamicImage = image::ImageBuffer::from_pixel(512, 512, Rgb([7u16, 8, 9])).into();
        for picture in [grey, wide, square(512)] {
            let drawn = redraw("icon.png", &png(&picture)).unwrap();
            assert_eq!(image::load_from_memory(&drawn).unwrap().width(), picture.width());
        }
    }

    #[test]
    fn a_picture_stands_out_where_its_colours_do() {
        let of = |colour: [u8; 4], ground| {
            let picture: DynamicImage = image::RgbaImage::from_pixel(64, 64, Rgba(colour)).into();
            stands_out(&png(&picture), ground).unwrap()
        };
        let (white, black) = ([255; 3], [0x1a, 0x1a, 0x21]);
        assert_eq!((of([255, 255, 255, 255], white), of([255, 255, 255, 255], black)), (0.0, 1.0));
        assert_eq!((of([0, 0, 0, 255], white), of([0, 0, 0, 255], black)), (1.0, 0.0));
        assert_eq!((of([0, 0, 0, 0], white), of([255, 255, 255, 9], black)), (0.0, 0.0), "nothing is there");
        assert_eq!((of([0x80, 0x80, 0x80, 255], white), of([0x80, 0x80, 0x80, 255], black)), (1.0, 1.0));
        assert_eq!(stands_out(b"no picture", white), None);
    }

    #[test]
    fn what_cannot_be_drawn_is_refused() {
        let good = png(&square(64));
        let mut claims = good.clone();
        claims[16..24].copy_from_slice(&[0, 0, 2, 0, 0, 0, 2, 0]);
        let mut large = good.clone();
        large.resize((1 << 20) + 1, 0);
        let cases = [
            good[..33].to_vec(),
            good[..good.len() - 30].to_vec(),
            claims,
            large,
            png(&square(63)),
            png(&square(513)),
            png(&image::RgbaImage::new(64, 65).into()),
            b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(),
            Vec::new(),
        ];
        for case in cases {
            let refusal = redraw("icon.png", &case).unwrap_err();
            assert_eq!(refusal.code(), "icon-invalid", "{} bytes", case.len());
        }
    }
}
