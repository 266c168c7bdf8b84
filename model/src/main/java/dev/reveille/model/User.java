package dev.reveille.model;

import java.util.List;

/// A person of an organisation.
///
/// @param site the site whose settings apply, or "" for the global ones
/// @param addresses SIP URI, mail, UPN, `DOMAIN\name`: any of them finds the user
public record User(UserId id, String site, List<String> addresses, Preferences preferences) {
  public User {
    addresses = List.copyOf(addresses);
  }
}
