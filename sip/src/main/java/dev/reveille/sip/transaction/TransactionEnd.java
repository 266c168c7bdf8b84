package dev.reveille.sip.transaction;

/// How a transaction ended that did not get what it waited for.
public enum TransactionEnd {
  /// No final response came within 64 times T1.
  NO_RESPONSE("The peer did not answer in time."),
  /// No ACK came for a final response other than 2xx.
  NO_ACK("The peer did not acknowledge the answer."),
  /// The user of a server transaction gave no final response while the peer still waited.
  NO_ANSWER_OF_OURS("The request was not answered in time."),
  /// The connection ended while the answer was awaited: the peer may have worked on the request.
  NO_CONNECTION("The connection ended before the transaction."),
  /// The request was never sent, because there is no connection.
  NOT_CONNECTED("There is no connection to send the request over."),
  /// The request was never sent: as many are open as allowed, or the peer reads too slowly.
  NO_ROOM("Too many requests are open on the connection, or the peer reads too slowly.");

  private final String sentence;

  TransactionEnd(final String sentence) {
    this.sentence = sentence;
  }

  /// One sentence for people.
  public String sentence() {
    return sentence;
  }

  /// Whether the peer may have seen the request.
  public boolean mayHaveArrived() {
    return switch (this) {
      case NO_RESPONSE, NO_CONNECTION, NO_ACK, NO_ANSWER_OF_OURS -> true;
      case NOT_CONNECTED, NO_ROOM -> false;
    };
  }
}
