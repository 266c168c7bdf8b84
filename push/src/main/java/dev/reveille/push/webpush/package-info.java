/// Web Push to browsers: RFC 8030 (the request), RFC 8291 (encryption of the message) and RFC 8292
/// (VAPID, who sends it), with the JDK's cryptography alone.
///
/// ```
///   UrlSender --prepare--> WebPushService --> WebPushPayload (the envelope)
///                               |         --> MessageEncryption (a fresh key pair per message)
///                               `-- VapidAccount: one signed statement per origin and hour
/// ```
@NullMarked
package dev.reveille.push.webpush;

import org.jspecify.annotations.NullMarked;
