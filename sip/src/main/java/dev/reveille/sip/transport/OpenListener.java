package dev.reveille.sip.transport;

/// Hears whether a connection could be opened. Called once, on an event loop; must not block.
public interface OpenListener {
  /// It can be used.
  void opened(SipConnection connection);

  /// It could not be opened.
  void failed(OpenFailure failure);
}
