package dev.reveille.sip.transport;

/// Why a connection ended: a stable name for counters and logs, and a sentence for people.
public enum CloseReason {
  PEER_CLOSED("The peer closed the connection."),
  RESET("The connection broke."),
  HANDSHAKE_TIMEOUT("The TLS handshake took too long."),
  HANDSHAKE_FAILED("The TLS handshake failed."),
  TLS_ALERT("The peer ended the TLS session with an alert."),
  WRONG_NAME("The peer's certificate does not speak for the name that was asked for."),
  SILENT("No message came after the connection was opened."),
  SLOW_MESSAGE("A message was begun and not finished in time."),
  IDLE("Nothing came for too long."),
  NO_PONG("The peer did not answer a ping in time."),
  MALFORMED("What came cannot be read any further."),
  PEER_DOES_NOT_READ("The peer does not take what is sent to it."),
  CROWDED_OUT("Too many connections have not shown yet who they are; the oldest of them ends."),
  FULL("There are as many connections as allowed."),
  SHUT_DOWN("We close the connection."),
  FAULT("A fault of ours.");

  private final String sentence;

  CloseReason(final String sentence) {
    this.sentence = sentence;
  }

  /// One sentence for people.
  public String sentence() {
    return sentence;
  }
}
