package dev.reveille.sip.message;

/// The methods that SIP elements know by name. Methods are compared by case (RFC 3261 section 7.1).
public final class SipMethod {
  public static final String ACK = "ACK";
  public static final String BYE = "BYE";
  public static final String CANCEL = "CANCEL";
  public static final String INVITE = "INVITE";
  public static final String MESSAGE = "MESSAGE";
  public static final String NOTIFY = "NOTIFY";
  public static final String OPTIONS = "OPTIONS";
  public static final String REGISTER = "REGISTER";
  public static final String SUBSCRIBE = "SUBSCRIBE";

  private SipMethod() {}

  /// The same text, as our constant where there is one.
  static String of(final String method) {
    return switch (method) {
      case ACK -> ACK;
      case BYE -> BYE;
      case CANCEL -> CANCEL;
      case INVITE -> INVITE;
      case MESSAGE -> MESSAGE;
      case NOTIFY -> NOTIFY;
      case OPTIONS -> OPTIONS;
      case REGISTER -> REGISTER;
      case SUBSCRIBE -> SUBSCRIBE;
      default -> method;
    };
  }
}
