#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| matinee_fuzz::converse(matinee_wire::Dialect::VideoSync, data));
