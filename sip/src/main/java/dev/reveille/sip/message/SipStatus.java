package dev.reveille.sip.message;

/// Reason phrases of the statuses that we answer with (RFC 3261 section 21 and the registry of
/// IANA).
public final class SipStatus {
  private SipStatus() {}

  /// The usual phrase, or one for the status's class.
  public static String phrase(final int status) {
    return switch (status) {
      case 100 -> "Trying";
      case 180 -> "Ringing";
      case 182 -> "Queued";
      case 183 -> "Session Progress";
      case 200 -> "OK";
      case 202 -> "Accepted";
      case 204 -> "No Notification";
      case 400 -> "Bad Request";
      case 401 -> "Unauthorized";
      case 403 -> "Forbidden";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 406 -> "Not Acceptable";
      case 407 -> "Proxy Authentication Required";
      case 408 -> "Request Timeout";
      case 410 -> "Gone";
      case 413 -> "Request Entity Too Large";
      case 414 -> "Request-URI Too Long";
      case 415 -> "Unsupported Media Type";
      case 416 -> "Unsupported URI Scheme";
      case 420 -> "Bad Extension";
      case 421 -> "Extension Required";
      case 423 -> "Interval Too Brief";
      case 439 -> "First Hop Lacks Outbound Support";
      case 480 -> "Temporarily Unavailable";
      case 481 -> "Call/Transaction Does Not Exist";
      case 482 -> "Loop Detected";
      case 483 -> "Too Many Hops";
      case 484 -> "Address Incomplete";
      case 486 -> "Busy Here";
      case 487 -> "Request Terminated";
      case 488 -> "Not Acceptable Here";
      case 489 -> "Bad Event";
      case 491 -> "Request Pending";
      case 500 -> "Server Internal Error";
      case 501 -> "Not Implemented";
      case 502 -> "Bad Gateway";
      case 503 -> "Service Unavailable";
      case 504 -> "Server Time-out";
      case 505 -> "Version Not Supported";
      case 513 -> "Message Too Large";
      case 555 -> "Push Notification Service Not Supported";
      case 600 -> "Busy Everywhere";
      case 603 -> "Decline";
      default -> ofClass(status);
    };
  }

  private static String ofClass(final int status) {
    return switch (status / 100) {
      case 1 -> "Session Progress";
      case 2 -> "OK";
      case 3 -> "Redirection";
      case 4 -> "Request Failure";
      case 5 -> "Server Failure";
      default -> "Global Failure";
    };
  }
}
