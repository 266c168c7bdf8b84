package dev.reveille.model;

/// The key, certificate, account or client secret with which the server authenticates at a push
/// service for one app. It can be written and replaced, never read again through the API. It is
/// secret; no `toString` of a kind shows its key.
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

  /// Apple's authentication with a certificate, which the connection shows instead of a token. The
  /// certificate itself says for which topics and environments it is, and until when.
  ///
  /// @param certificate PEM chain, the app's own certificate first
  /// @param key PKCS#8 PEM
  /// @param endpoint `https://host:port` instead of Apple's own for both environments, or "" for
  ///   Apple's
  /// @param sandboxEndpoint likewise for the sandbox, or ""
  /// @param trust PEM certificates to trust at these endpoints instead of the system's, or ""
  record ApnsCertificate(
      String certificate, String key, String endpoint, String sandboxEndpoint, String trust)
      implements Credential {
    @Override
    public PushService service() {
      return PushService.APNS;
    }

    @Override
    public String toString() {
      return "ApnsCertificate[…]";
    }
  }

  /// A service account that may send through Google's FCM.
  ///
  /// @param serviceAccount the JSON file as Google hands it out; its `project_id` and `token_uri`
  ///   are used
  /// @param endpoint `https://host:port` instead of Google's own for messages, or ""
  /// @param trust PEM certificates to trust at the endpoint and the token address instead of the
  ///   system's, or ""
  /// @param analyticsLabel under which Google counts the messages in its reports, or ""
  /// @param web whether some of the app's addresses are browsers', whose headers are written then
  /// @param apple whether some are Apple devices', likewise
  record Fcm(
      String serviceAccount,
      String endpoint,
      String trust,
      String analyticsLabel,
      boolean web,
      boolean apple)
      implements Credential {
    /// For Android only, and without a label.
    public Fcm(final String serviceAccount, final String endpoint, final String trust) {
      this(serviceAccount, endpoint, trust, "", false, false);
    }

    @Override
    public PushService service() {
      return PushService.FCM;
    }

    @Override
    public String toString() {
      return "Fcm[…]";
    }
  }

  /// The key pair by which browsers' push services know an app (VAPID, RFC 8292). Subscriptions are
  /// bound to it: with another one every subscription is lost.
  ///
  /// @param publicKey a point on P-256, 65 bytes, base64url: what pages subscribe with
  /// @param privateKey 32 bytes, base64url
  /// @param subject whom a push service may write to: `mailto:…` or `https://…`
  /// @param silent the app says that its users allow pushes that show nothing
  record WebPush(String publicKey, String privateKey, String subject, boolean silent)
      implements Credential {
    @Override
    public PushService service() {
      return PushService.WEB_PUSH;
    }

    @Override
    public String toString() {
      return "WebPush[" + publicKey + "]";
    }
  }

  /// The client id and secret by which Microsoft identifies an app. The Store's identity signs in
  /// at `login.live.com`, Entra's at `login.microsoftonline.com`.
  ///
  /// @param tenant of Entra; "" for the Store's identity
  /// @param client the package SID (`ms-app://…`) of the Store's identity, else the application id
  /// @param expires when the secret ends (ISO 8601), "" where that is not known
  /// @param endpoint `https://host:port` instead of Microsoft's own for tokens, or ""
  /// @param trust PEM certificates to trust there instead of the system's, or ""
  record Wns(
      String tenant, String client, String secret, String expires, String endpoint, String trust)
      implements Credential {
    @Override
    public PushService service() {
      return PushService.WNS;
    }

    @Override
    public String toString() {
      return "Wns[" + client + "]";
    }
  }

  /// The way to Windows Phone: without credentials (500 pushes a day to each channel), or with the
  /// TLS certificate by which Microsoft identifies the app.
  ///
  /// @param certificate PEM chain, "" for none
  /// @param key PKCS#8 PEM, "" for none
  record Mpns(String certificate, String key) implements Credential {
    @Override
    public PushService service() {
      return PushService.MPNS;
    }

    @Override
    public String toString() {
      return certificate.isEmpty() ? "Mpns[]" : "Mpns[…]";
    }
  }
}
