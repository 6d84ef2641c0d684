//! Pictures that are brighter than usual screens, brought down to one.

use crate::probe::Hdr;

/// Brightness in PQ brought down to a usual screen, as a table over the values of the luma: the curve of
/// SMPTE ST 2084, 203 cd/m² as white (ITU-R BT.2408), Reinhard's curve up to 1000 cd/m², and a gamma of 2.2.
/// The colours, which PQ holds closer together, are spread a little.
///
/// It is near enough for a film night. The exact way, in linear light with floating point, takes twice as long
/// and a library that not every ffmpeg has. HLG needs no table: it was made to look right on usual screens.
/// Dolby Vision that nothing else understands keeps its odd colours.
const TONE_TABLE: &str = "lutyuv=\
    y='st(0,pow((clipval-minval)/(maxval-minval),1/78.84375));\
       st(1,10000/203*pow(max(ld(0)-0.8359375,0)/(18.8515625-18.6875*ld(0)),1/0.1593017578125));\
       st(1,ld(1)*(1+ld(1)/24.3)/(1+ld(1)));\
       minval+(maxval-minval)*min(pow(ld(1),1/2.2),1)':\
    u='clip((val-(minval+maxval)/2)*1.4+(minval+maxval)/2,minval,maxval)':\
    v='clip((val-(minval+maxval)/2)*1.4+(minval+maxval)/2,minval,maxval)'";

/// The steps of ffmpeg's filters that do it, none for a usual picture. After them, its colours are those of
/// BT.709.
pub(crate) fn to_usual_screen(hdr: Option<Hdr>) -> Vec<&'static str> {
    let steps = hdr.map(|hdr| {
        let table = (hdr == Hdr::Pq).then_some(TONE_TABLE);
        // The last is a step of its own: together with one that resizes it takes four times as long.
        let last = "scale=in_color_matrix=bt2020:out_color_matrix=bt709";
        [Some("format=yuv420p10le"), table, Some(last)]
    });
    steps.into_iter().flatten().flatten().collect()
}
