package dev.reveille.http.client;

/// The protocol on a [Link] once it is connected: HTTP/2 or HTTP/1.1. It keeps the requests that
/// are under way there and tells the shard the result of each. Belongs to the link's event loop.
interface Wire {
  /// Whether one more request of the urgent priority could be written now.
  boolean hasRoom();

  /// Whether there is room besides what is kept for urgent requests.
  boolean hasRoomForAll();

  /// Writes the request into the connection's buffer; [#flush] sends it.
  ///
  /// @return false when the connection does not take it now; the request is untouched then
  boolean write(ClientRequest request, long now);

  void flush();

  /// Requests that were written and have no result yet.
  int underWay();

  /// Answers are due and nothing was read for a while: no new requests go out here.
  boolean isSuspected();

  boolean isIdleSince(long now, long nanos);

  /// Ends requests whose answer is late, and looks whether the peer is still there. May end the
  /// connection.
  void sweep(long now);

  /// The event loop was held up for so long: that time does not count as silence of the peer.
  void excuse(long nanos);

  /// Tells the peer that the connection is closed, as far as the protocol knows how.
  void farewell();

  /// The connection is over: every request that is under way becomes uncertain, or goes back to the
  /// queue where the peer certainly has not read it.
  ///
  /// @param unread the peer turned us away before it read anything
  /// @return how many became uncertain
  int ended(boolean unread);
}
