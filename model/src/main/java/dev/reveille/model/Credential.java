package dev.reveille.model;

/// What lets us send through a platform's push service. Written once, never shown again.
public sealed interface Credential {
  PushService service();

  /// Apple's token authentication.
  ///
  /// @param team ten characters
  /// @param keyId ten characters
  /// @param key the .p8 file: PKCS#8 PEM of a P-256 key
  /// @param endpoint `https://host:port` instead of Apple's own for both environments, or "" for
  ///   Apple's
  /// @param sandboxEndpoint likewise for the sandbox, or ""
  /// @param trust PEM certificates to trust at these endpoints instead of the system's, or ""
  record Apns(
      String team, String keyId, String key, String endpoint, String sandboxEndpoint, String trust)
      implements Credential {
    @Override
    public PushService service() {
      return PushService.APNS;
    }

    @Override
    public String toString() {
      return "Apns[" + team + ", " + keyId + "]";
    }
  }

  /// A service account that may send through Google's FCM.
  ///
  /// @param serviceAccount the JSON file as Google hands it out; its `project_id` and `token_uri`
  ///   are used
  /// @param endpoint `https://host:port` instead of Google's own for messages, or ""
  /// @param trust PEM certificates to trust at the endpoint and the token address instead of the
  ///   system's, or ""
  record Fcm(String serviceAccount, String endpoint, String trust) implements Credential {
    @Override
    public PushService service() {
      return PushService.FCM;
    }

    @Override
    public String toString() {
      return "Fcm[…]";
    }
  }
}
