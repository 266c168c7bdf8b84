package dev.reveille.sip.message;

/// The number of a request within its Call-ID, and its method (RFC 3261 section 20.16).
///
/// @param number less than 2^31
public record CSeq(long number, String method) {
  private static final long MOST = Integer.MAX_VALUE;

  public CSeq {
    if (number < 0 || number > MOST) {
      throw new IllegalArgumentException("CSeq is from 0 to 2147483647, not " + number);
    }
  }

  static CSeq read(final String value) {
    final var cursor = new Cursor(value, WireFault.BAD_CSEQ);
    cursor.space();
    final var number = cursor.number(MOST);
    final var before = cursor.at();
    cursor.space();
    if (cursor.at() == before) {
      throw cursor.fault();
    }
    final var method = SipMethod.of(cursor.token());
    cursor.expectEnd();
    return new CSeq(number, method);
  }

  /// As it is written.
  @Override
  public String toString() {
    return number + " " + method;
  }
}
