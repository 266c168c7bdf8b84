package dev.reveille.http.server;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import org.jspecify.annotations.Nullable;

/// Decodes HTTP/2 header lists for [Http2Codec], and keeps the beginning of one that is too large:
/// Netty's decoder drops it, but path and host are needed to refuse the request in the form of the
/// API that was addressed.
final class HeaderLists extends DefaultHttp2HeadersDecoder {
  private @Nullable Http2Headers coming;
  private @Nullable Http2Headers refused;

  /// @param most bytes of a list, as RFC 9113 §6.5.2 counts them; of the next quarter more the
  ///   beginning is read, and beyond that the connection ends
  HeaderLists(final long most) {
    super(/* validateHeaders= */ true, most);
  }

  @Override
  protected Http2Headers newHeaders() {
    final var made = super.newHeaders();
    coming = made;
    return made;
  }

  @Override
  public Http2Headers decodeHeaders(final int streamId, final ByteBuf block) throws Http2Exception {
    try {
      return super.decodeHeaders(streamId, block);
    } catch (Http2Exception.HeaderListSizeException tooLarge) {
      refused = coming;
      throw tooLarge;
    } finally {
      coming = null;
    }
  }

  /// What was read of the list that was refused last, once.
  @Nullable Http2Headers takeRefused() {
    final var taken = refused;
    refused = null;
    return taken;
  }
}
