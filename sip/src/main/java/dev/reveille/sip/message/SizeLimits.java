package dev.reveille.sip.message;

/// How large the parts of a message may be, in bytes; the reader holds no more of a message than
/// this.
///
/// @param line the first line, and a field with all its folded lines
/// @param header the first line and all fields
/// @param fields how many fields
/// @param body the body
public record SizeLimits(int line, int header, int fields, int body) {
  /// 8 KiB a line, 64 KiB and 256 fields a header, 64 KiB a body.
  public static final SizeLimits STANDARD = new SizeLimits(8 << 10, 64 << 10, 256, 64 << 10);

  public SizeLimits {
    if (line < 256 || header < line || fields < 16 || body < 0) {
      throw new IllegalArgumentException(
          "limits of SIP messages: line (%d) at least 256, header (%d) at least a line, fields (%d)"
                  .formatted(line, header, fields)
              + " at least 16, body (%d) not negative".formatted(body));
    }
  }
}
