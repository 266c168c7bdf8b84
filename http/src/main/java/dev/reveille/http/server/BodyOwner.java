package dev.reveille.http.server;

/// What a handler knows of the sender of a body before the body is read.
public sealed interface BodyOwner {
  /// No handler knows its senders unless it says so.
  BodyOwner STRANGER = new Pays(BudgetOwner.STRANGER);

  /// The body is read, as far as its rule allows.
  record Pays(BudgetOwner owner) implements BodyOwner {}

  /// Nothing more of the body is taken: the request is answered at once.
  record Refused(Answer answer) implements BodyOwner {}
}
