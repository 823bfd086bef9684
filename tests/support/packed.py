"""Batches as other libraries pack them, and as none would: of every codec, in one member or frame
or in several, some of them empty; cut short and padded. Always the same ones for the same seed.

The packing is the codecs' own C libraries', so that every setting of theirs can be drawn.
"""

import ctypes
import random
import struct
import zlib

NONE, GZIP, SNAPPY, LZ4, ZSTD = range(5)
NAMES = ["none", "gzip", "snappy", "lz4", "zstd"]

_XERIAL = b"\x82SNAPPY\0" + struct.pack(">ii", 1, 1)  # Java's snappy: blocks with their lengths.
_SKIPPED = b"\x50\x2A\x4D\x18\x03\0\0\0abc"  # A frame that readers of lz4 and zstd pass over.
_GZIP_EXTRA, _GZIP_NAME, _GZIP_COMMENT = 4, 8, 16


class _Lz4FrameInfo(ctypes.Structure):
    _fields_ = [("block_size", ctypes.c_int), ("block_mode", ctypes.c_int),
                ("content_checksum", ctypes.c_int), ("frame_type", ctypes.c_int),
                ("content_size", ctypes.c_ulonglong), ("dictionary", ctypes.c_uint),
                ("block_checksum", ctypes.c_int)]


class _Lz4Preferences(ctypes.Structure):
    _fields_ = [("frame", _Lz4FrameInfo), ("level", ctypes.c_int), ("auto_flush", ctypes.c_uint),
                ("favor_speed", ctypes.c_uint), ("reserved", ctypes.c_uint * 3)]


def _library(name: str, *functions: str) -> ctypes.CDLL:
    """The C library, whose `functions` give a size."""
    library = ctypes.CDLL(name)
    for function in functions:
        getattr(library, function).restype = ctypes.c_size_t
    return library


_LZ4 = _library("liblz4.so.1", "LZ4F_compressFrame", "LZ4F_compressFrameBound")
_ZSTD = _library("libzstd.so.1", "ZSTD_compress2", "ZSTD_compressBound", "ZSTD_CCtx_setParameter")
_ZSTD.ZSTD_createCCtx.restype = ctypes.c_void_p
_SNAPPY = _library("libsnappy.so.1", "snappy_max_compressed_length")


class Packer:
    """Draws what becomes of records. `random` is its source, for the caller's own draws too."""

    def __init__(self, seed: int):
        self.random = random.Random(seed)
        self._zstd = ctypes.c_void_p(_ZSTD.ZSTD_createCCtx())

    def chance(self, of: int) -> bool:
        return self.random.randrange(of) == 0

    def one(self, codec: int, plain: bytes) -> bytes:
        """One member or frame that every client reads."""
        return [bytes, self._gzip, self._snap, self._lz4, self._zstd_frame][codec](plain)

    def pieces(self, codec: int, plain: bytes) -> bytes:
        """Two to four members or frames, some of them of nothing, some behind what is to be
        skipped; of snappy, sometimes the blocks of one stream."""
        in_one_stream = codec == SNAPPY and self.chance(2)
        packed = _XERIAL if in_one_stream else b""
        for left in range(self.random.randint(2, 4), 0, -1):
            size = 0 if self.chance(3) else self.random.randint(0, len(plain))
            piece, plain = (plain, b"") if left == 1 else (plain[:size], plain[size:])
            if in_one_stream:
                block = self._snappy_block(piece)
                packed += struct.pack(">i", len(block)) + block
                continue
            if codec in (LZ4, ZSTD) and self.chance(4):
                packed += _SKIPPED
            packed += self.one(codec, piece)
        return packed

    def damaged(self, packed: bytes) -> bytes:
        if self.chance(2):
            packed = packed[:max(0, len(packed) - self.random.randint(1, 12))]
        if self.chance(2):
            byte = 0 if self.chance(2) else self.random.randrange(256)
            packed += bytes([byte]) * self.random.randint(1, 12)
        if self.chance(4):
            packed = bytes(self.random.randint(1, 4)) + packed
        return packed

    def _gzip(self, plain: bytes) -> bytes:
        pack = zlib.compressobj(self.random.randint(0, 9), zlib.DEFLATED, -15)
        flags = self.random.choice([0, 0, _GZIP_NAME, _GZIP_EXTRA, _GZIP_COMMENT, 28])
        fields = b""
        if flags & _GZIP_EXTRA:
            fields += struct.pack("<H", 5) + b"AB\1\0x"
        if flags & _GZIP_NAME:
            fields += b"batch\0"
        if flags & _GZIP_COMMENT:
            fields += b"of records\0"
        return (b"\x1f\x8b\x08" + struct.pack("<BIBB", flags, 0, 0, 3) + fields
                + pack.compress(plain) + pack.flush()
                + struct.pack("<II", zlib.crc32(plain), len(plain)))

    def _snap(self, plain: bytes) -> bytes:
        if self.chance(2):
            return self._snappy_block(plain)
        block = self._snappy_block(plain)
        return _XERIAL + struct.pack(">i", len(block)) + block

    def _snappy_block(self, plain: bytes) -> bytes:
        size = ctypes.c_size_t(
            _SNAPPY.snappy_max_compressed_length(ctypes.c_size_t(len(plain))))
        out = ctypes.create_string_buffer(size.value)
        assert _SNAPPY.snappy_compress(plain, ctypes.c_size_t(len(plain)), out,
                                       ctypes.byref(size)) == 0
        return out.raw[:size.value]

    def _lz4(self, plain: bytes) -> bytes:
        wanted = _Lz4Preferences()
        wanted.frame = _Lz4FrameInfo(
            self.random.choice([0, 4, 5, 7]), self.random.randrange(2), self.random.randrange(2),
            0, self.random.choice([0, len(plain)]), 0, self.random.randrange(2))
        wanted.level = self.random.choice([0, 1, 9])
        room = _LZ4.LZ4F_compressFrameBound(ctypes.c_size_t(len(plain)), ctypes.byref(wanted))
        out = ctypes.create_string_buffer(room)
        size = _LZ4.LZ4F_compressFrame(out, ctypes.c_size_t(room), plain,
                                       ctypes.c_size_t(len(plain)), ctypes.byref(wanted))
        assert not _LZ4.LZ4F_isError(ctypes.c_size_t(size))
        return out.raw[:size]

    def _zstd_frame(self, plain: bytes) -> bytes:
        level, content_size, checksum = 100, 200, 201  # ZSTD_cParameter's numbers.
        for parameter, value in ((level, self.random.choice([-1, 1, 3, 19])),
                                 (content_size, self.random.randrange(2)),
                                 (checksum, self.random.randrange(2))):
            _ZSTD.ZSTD_CCtx_setParameter(self._zstd, parameter, value)
        room = _ZSTD.ZSTD_compressBound(ctypes.c_size_t(len(plain)))
        out = ctypes.create_string_buffer(room)
        size = _ZSTD.ZSTD_compress2(self._zstd, out, ctypes.c_size_t(room), plain,
                                    ctypes.c_size_t(len(plain)))
        assert not _ZSTD.ZSTD_isError(ctypes.c_size_t(size))
        return out.raw[:size]
