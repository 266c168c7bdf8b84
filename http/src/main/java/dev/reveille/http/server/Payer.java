package dev.reveille.http.server;

/// Who is charged for bytes that the server holds for a peer: an API key, or an installation. A
/// sender that showed neither is a [#STRANGER] and is charged under its address alone.
///
/// A handler's own object for a key or a device implements it, so that charging a request makes no
/// object of its own.
public interface Payer {
  /// Has shown nothing that is valid.
  Payer STRANGER =
      new Payer() {
        @Override
        public String payer() {
          return "";
        }

        @Override
        public String payingOrganisation() {
          return "";
        }
      };

  /// The public name of the key or installation; "" for a stranger.
  String payer();

  /// The organisation it belongs to; "" for a stranger.
  String payingOrganisation();
}
