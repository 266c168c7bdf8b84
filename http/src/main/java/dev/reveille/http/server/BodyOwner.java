package dev.reveille.http.server;

/// A handler's answer to the question who is charged for a body, given before the body is read: the
/// owner of a budget, or a refusal of the request.
public sealed interface BodyOwner {
  /// No handler knows its senders unless it says so.
  BodyOwner STRANGER = new Pays(BudgetOwner.STRANGER);

  /// The body is read, as far as its rule allows.
  record Pays(BudgetOwner owner) implements BodyOwner {}

  /// Nothing more of the body is taken: the request is answered at once.
  record Refused(Answer answer) implements BodyOwner {}
}
