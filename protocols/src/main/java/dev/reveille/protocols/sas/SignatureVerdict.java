package dev.reveille.protocols.sas;

/// Whether a shared access signature covers a request.
public sealed interface SignatureVerdict {
  /// The signature covers the request.
  ///
  /// @param policy whose key signed; what it may do is for the caller to look at
  record Granted(SharedAccessPolicy policy) implements SignatureVerdict {}

  /// The signature does not cover the request: status 401.
  ///
  /// @param detail the sub-code and its words, as operators search for them, and what is wrong;
  ///   holds neither key nor signature
  record Refused(SubCode why, String detail) implements SignatureVerdict {
    /// The status that all of them are answered with.
    public static final int STATUS = 401;

    static Refused of(final SubCode why, final String particulars) {
      return new Refused(
          why,
          why.number() + ": " + why.words() + (particulars.isEmpty() ? "" : ", " + particulars));
    }
  }

  /// The sub-codes that errors of these services begin with.
  enum SubCode {
    MISSING_TOKEN(40102, "Missing authorization token"),
    INVALID_SIGNATURE(40103, "Invalid authorization token signature"),
    INVALID_AUDIENCE(40104, "Invalid authorization token audience"),
    MALFORMED_TOKEN(40105, "Malformed authorization token"),
    EXPIRED_TOKEN(40106, "Expired authorization token"),
    MISSING_AUDIENCE(40107, "Missing audience of the authorization token"),
    MISSING_EXPIRY(40108, "Missing expiry of the authorization token"),
    MISSING_ISSUER(40109, "Missing issuer of the authorization token"),
    MISSING_SIGNATURE(40110, "Missing signature of the authorization token");

    private final int number;
    private final String words;

    SubCode(final int number, final String words) {
      this.number = number;
      this.words = words;
    }

    public int number() {
      return number;
    }

    public String words() {
      return words;
    }
  }
}
