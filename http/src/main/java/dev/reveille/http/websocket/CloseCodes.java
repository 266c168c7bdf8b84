package dev.reveille.http.websocket;

/// The codes with which WebSocket sessions end (RFC 6455 §7.4), and which of them may stand in a
/// frame.
final class CloseCodes {
  static final int NORMAL = 1000;
  static final int PROTOCOL_ERROR = 1002;
  static final int UNSUPPORTED_DATA = 1003;
  static final int NO_CODE = 1005;
  static final int VANISHED = 1006;
  static final int NOT_UTF_8 = 1007;
  static final int POLICY = 1008;
  static final int TOO_BIG = 1009;

  private CloseCodes() {}

  /// Whether a code may stand in a close frame.
  static boolean maySend(final int code) {
    return code >= 1000 && code <= 1014 && code != 1004 && code != NO_CODE && code != VANISHED
        || code >= 3000 && code <= 4999;
  }
}
