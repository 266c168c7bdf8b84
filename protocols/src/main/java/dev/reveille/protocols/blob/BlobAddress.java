package dev.reveille.protocols.blob;

/// A container, or a file in one, as a caller named it: where it is, and what allows to read and
/// write there. The latter is a secret and stands in nothing that is shown. Immutable.
public final class BlobAddress {
  private final String place;
  private final String signature;

  private BlobAddress(final String place, final String signature) {
    this.place = place;
    this.signature = signature;
  }

  /// Takes a URL apart; [BlobStore#check] says whether it can be used.
  public static BlobAddress of(final String url) {
    final int query = url.indexOf('?');
    return query < 0
        ? new BlobAddress(url, "")
        : new BlobAddress(url.substring(0, query), url.substring(query + 1));
  }

  /// A file in this container.
  ///
  /// @param path of characters that stand in a URL as they are, without a slash at its beginning
  public BlobAddress file(final String path) {
    return new BlobAddress(place.endsWith("/") ? place + path : place + "/" + path, signature);
  }

  /// The whole URL.
  ///
  /// @param parameters more of the query, before the signature; "" for none
  String url(final String parameters) {
    if (parameters.isEmpty() && signature.isEmpty()) {
      return place;
    }
    return place
        + "?"
        + parameters
        + (parameters.isEmpty() || signature.isEmpty() ? "" : "&")
        + signature;
  }

  /// Where it is, without what allows to read and write there.
  public String shown() {
    return place;
  }

  @Override
  public String toString() {
    return place;
  }
}
