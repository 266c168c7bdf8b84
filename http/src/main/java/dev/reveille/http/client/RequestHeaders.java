package dev.reveille.http.client;

import java.util.UUID;

/// Takes the path and the headers of one request, in the form of the protocol that the connection
/// speaks: [HpackHeaders] or [Http1Headers].
///
/// Order: [#path], [#constants], then any number of [#once]. One object per connection, used on its
/// event loop only.
public abstract class RequestHeaders {
  RequestHeaders() {}

  /// The path, given as two parts so that a constant front need not be joined for each request.
  public abstract RequestHeaders path(byte[] front, byte[] rest);

  /// What many requests share; always the same object for the same headers.
  public abstract RequestHeaders constants(HeaderSet set);

  /// A header that differs from request to request.
  public abstract RequestHeaders once(HeaderName name, byte[] value);

  /// A UUID in its canonical lower-case form.
  public abstract RequestHeaders once(HeaderName name, UUID value);

  /// A number that is not negative, in decimal.
  public abstract RequestHeaders once(HeaderName name, long value);
}
