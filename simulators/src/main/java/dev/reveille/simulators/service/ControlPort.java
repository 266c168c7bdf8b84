package dev.reveille.simulators.service;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A simulator's plain HTTP port for tests and phones.
///
/// | request | does |
/// |---|---|
/// | `POST /tokens` | creates or alters a device token; an array does many; answers with the token |
/// | `GET /pushes?token=&since=` | what arrived, after a sequence number |
/// | `GET /devices/TOKEN` | takes the phone online: endless lines of JSON |
/// | `POST /faults`, `GET`, `DELETE` | what shall go wrong |
/// | `POST /connections` | `{"do":"cut"|"leave"|"freeze"}` to every sender's connection |
/// | `GET /counters` | numbers |
///
/// Each service adds what only it has ([Control#ask]).
public final class ControlPort extends SimpleChannelInboundHandler<FullHttpRequest> {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LARGEST_REQUEST = 64 * 1024 * 1024;
  private static final String DEVICES = "/devices/";

  private final Control service;
  private @Nullable AutoCloseable online;

  private ControlPort(final Control service) {
    this.service = service;
  }

  public static ChannelHandler initializer(final Control service) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(final Channel channel) {
        channel
            .pipeline()
            .addLast(
                new HttpServerCodec(),
                new HttpObjectAggregator(LARGEST_REQUEST),
                new ControlPort(service));
      }
    };
  }

  @Override
  protected void channelRead0(final ChannelHandlerContext ctx, final FullHttpRequest request) {
    final var uri = new QueryStringDecoder(request.uri());
    final String what = request.method().name() + " " + uri.path();
    try {
      if (what.startsWith("GET " + DEVICES)) {
        device(ctx, uri.path().substring(DEVICES.length()));
        return;
      }
      final JsonNode answer =
          switch (what) {
            case "POST /tokens" -> service.tokens(body(request));
            case "GET /pushes" -> service.pushes(one(uri, "token"), number(uri, "since"));
            case "POST /faults" -> {
              service.faults().add(FaultJson.read(body(request)));
              yield JSON.createObjectNode();
            }
            case "GET /faults" -> {
              final var all = JSON.createArrayNode();
              service.faults().inForce().forEach(fault -> all.add(FaultJson.write(fault)));
              yield all;
            }
            case "DELETE /faults" -> {
              service.faults().clear();
              yield JSON.createObjectNode();
            }
            case "POST /connections" -> connections(body(request));
            case "GET /counters" -> JSON.valueToTree(service.counters());
            default -> service.ask(what, body(request));
          };
      if (answer == null) {
        answer(ctx, request, HttpResponseStatus.NOT_FOUND, error("there is no " + what));
      } else {
        answer(ctx, request, HttpResponseStatus.OK, answer);
      }
    } catch (JsonProcessingException e) {
      answer(ctx, request, HttpResponseStatus.BAD_REQUEST, error(e.getOriginalMessage()));
    } catch (IllegalArgumentException e) {
      answer(ctx, request, HttpResponseStatus.BAD_REQUEST, error(String.valueOf(e.getMessage())));
    }
  }

  private JsonNode connections(final JsonNode body) {
    final String what = body.path("do").asText();
    if (!service.connections(what, body)) {
      throw new IllegalArgumentException("do is cut, leave or freeze, not " + what);
    }
    return JSON.createObjectNode();
  }

  private static JsonNode body(final FullHttpRequest request) throws JsonProcessingException {
    return JSON.readTree(request.content().toString(StandardCharsets.UTF_8));
  }

  private static String one(final QueryStringDecoder uri, final String name) {
    final var values = uri.parameters().getOrDefault(name, List.of());
    return values.isEmpty() ? "" : values.getFirst();
  }

  private static long number(final QueryStringDecoder uri, final String name) {
    final String text = one(uri, name);
    return text.isEmpty() ? 0 : Long.parseLong(text);
  }

  private static ObjectNode error(final String words) {
    return JSON.createObjectNode().put("error", words);
  }

  private static void answer(
      final ChannelHandlerContext ctx,
      final FullHttpRequest request,
      final HttpResponseStatus status,
      final JsonNode body) {
    final var bytes = ByteBufUtil.writeUtf8(ctx.alloc(), body.toString());
    final var response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, bytes);
    response.headers().set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON);
    HttpUtil.setContentLength(response, bytes.readableBytes());
    final boolean keep = HttpUtil.isKeepAlive(request);
    HttpUtil.setKeepAlive(response, keep);
    final var written = ctx.writeAndFlush(response);
    if (!keep) {
      written.addListener(_ -> ctx.close());
    }
  }

  // ---- a phone's connection ----

  private void device(final ChannelHandlerContext ctx, final String token) {
    if (!service.knowsDevice(token)) {
      final var response =
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1, HttpResponseStatus.NOT_FOUND, Unpooled.EMPTY_BUFFER);
      HttpUtil.setContentLength(response, 0);
      ctx.writeAndFlush(response);
      return;
    }
    final var response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
    response.headers().set(HttpHeaderNames.CONTENT_TYPE, "application/x-ndjson");
    HttpUtil.setTransferEncodingChunked(response, true);
    ctx.writeAndFlush(response);
    online = service.connect(token, line -> line(ctx, line));
  }

  private static void line(final ChannelHandlerContext ctx, final JsonNode what) {
    ctx.writeAndFlush(new DefaultHttpContent(ByteBufUtil.writeUtf8(ctx.alloc(), what + "\n")));
  }

  @Override
  public void channelInactive(final ChannelHandlerContext ctx) throws Exception {
    final var phone = online;
    if (phone != null) {
      phone.close();
    }
    super.channelInactive(ctx);
  }

  @Override
  public void exceptionCaught(final ChannelHandlerContext ctx, final Throwable cause) {
    ctx.close();
  }
}
