package dev.reveille.http.server;

/// The owner to whom bytes are charged that the server holds for a peer: an API key or an
/// installation. A sender that showed neither is a [#STRANGER] and is charged under its address
/// alone.
///
/// A handler's own object for a key or a device implements it, so that charging a request makes no
/// object of its own.
public interface BudgetOwner {
  /// Has shown nothing that is valid.
  BudgetOwner STRANGER =
      new BudgetOwner() {
        @Override
        public String budgetOwner() {
          return "";
        }

        @Override
        public String budgetOrganisation() {
          return "";
        }
      };

  /// The public name of the key or installation; "" for a stranger.
  String budgetOwner();

  /// The organisation it belongs to; "" for a stranger.
  String budgetOrganisation();
}
