package dev.reveille.sip.message;

/// What is wrong with the bytes that a peer sent: a stable name for counters and logs, a sentence
/// for people, and the status that answers it where an answer can be made.
public enum WireFault {
  NOT_SIP(400, "The first line is neither a SIP request nor a SIP response."),
  BAD_VERSION(505, "The version is not SIP/2.0."),
  BAD_START_LINE(
      400, "The first line is not a method, a URI and a version with one space between."),
  BAD_REQUEST_URI(400, "The Request-URI is malformed."),
  REQUEST_URI_TOO_LONG(414, "The first line is longer than the limit."),
  BAD_STATUS(400, "The status is not three digits from 100 to 699."),
  BAD_LINE_END(400, "A line of the header does not end with CR LF."),
  BAD_HEADER_LINE(400, "A line of the header is not a name, a colon and a value."),
  LINE_TOO_LONG(400, "A header field is longer than the limit."),
  HEADER_TOO_LARGE(513, "The header is larger than the limit."),
  TOO_MANY_FIELDS(513, "The header has more fields than the limit."),
  BODY_TOO_LARGE(413, "The body is larger than the limit."),
  NO_CONTENT_LENGTH(400, "Content-Length is missing, and a stream has no other end of a message."),
  BAD_CONTENT_LENGTH(400, "Content-Length is no number, or stands twice."),
  BODY_TOO_SHORT(400, "The datagram ends before the body does."),
  NO_VIA(400, "Via is missing."),
  BAD_VIA(400, "Via is malformed."),
  NO_FROM(400, "From is missing."),
  BAD_FROM(400, "From is malformed, or stands twice."),
  NO_TO(400, "To is missing."),
  BAD_TO(400, "To is malformed, or stands twice."),
  NO_CALL_ID(400, "Call-ID is missing."),
  BAD_CALL_ID(400, "Call-ID is malformed, or stands twice."),
  NO_CSEQ(400, "CSeq is missing."),
  BAD_CSEQ(400, "CSeq is malformed, too large, or stands twice."),
  CSEQ_MISMATCH(400, "CSeq names another method than the first line."),
  BAD_MAX_FORWARDS(400, "Max-Forwards is no number up to 255, or stands twice."),
  BAD_FIELD(400, "A header field is malformed.");

  private final int status;
  private final String sentence;

  WireFault(final int status, final String sentence) {
    this.status = status;
    this.sentence = sentence;
  }

  /// The status of the answer.
  public int status() {
    return status;
  }

  /// One sentence for people.
  public String sentence() {
    return sentence;
  }
}
