package dev.reveille.protocols.notificationhubs;

import java.util.Locale;

/// How something that is registered stands to a send: whether the send is for it, and if not, why
/// not. The words are part of the API.
public enum TargetStanding {
  /// The trail speaks of it: it was found, and what became of it stands in its tries.
  TOLD(true),
  /// Its turn has not come yet.
  TURN_TO_COME(true),
  /// Its turn has come, and nothing is known of it yet.
  UNDER_WAY(true),
  /// The send was cancelled before its turn came.
  CANCELLED(true),
  /// The send named it, and its trail is kept no longer.
  FORGOTTEN(true),
  /// The server gave the send up before its turn came.
  GIVEN_UP(true),
  /// Its tags are not those that the send asks for.
  TAGS_DIFFER(false),
  /// It belongs to another push service than the send's format.
  OTHER_SERVICE(false),
  /// The send is for registrations with a template and this one has none, or the reverse; or it
  /// takes another form of the same push service.
  OTHER_FORM(false),
  /// It was registered after the send was accepted.
  REGISTERED_LATER(false),
  /// Its time is over.
  ENDED(false),
  /// It was removed, or its address was found dead, before its turn came.
  REMOVED(false),
  /// Nothing can be sent to it: its channel has expired, or its platform has no push service here.
  NO_ADDRESS(false),
  /// The send is for it as it is now, and passed it over: it was registered otherwise when its turn
  /// came.
  CHANGED_SINCE(false),
  /// The send named its handles itself, and not this one.
  NOT_NAMED(false);

  private final boolean isMatch;

  TargetStanding(final boolean isMatch) {
    this.isMatch = isMatch;
  }

  /// Whether the send is, or was, for it.
  public boolean isMatch() {
    return isMatch;
  }

  /// As it is told.
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
