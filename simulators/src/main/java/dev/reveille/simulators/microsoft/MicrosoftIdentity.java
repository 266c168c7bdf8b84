package dev.reveille.simulators.microsoft;

/// A sender's identity at Microsoft: with it a sender gets access tokens, and it owns channels of
/// WNS.
///
/// @param tenant of Entra; "" for an identity of the Store
/// @param clientId a package SID (`ms-app://s-1-15-2-...`) in the Store, a UUID in Entra
public record MicrosoftIdentity(String tenant, String clientId, String secret) {
  public boolean isOfStore() {
    return tenant.isEmpty();
  }

  @Override
  public String toString() {
    return "MicrosoftIdentity[" + clientId + "]";
  }
}
