/// MPNS, Microsoft's push service for Windows Phone 7 and 8: toasts, tiles and raw notifications.
/// Its maker has ended it; it is here because the founding texts name it, for phones and services
/// that stand in for it.
///
/// ```
///   UrlSender --prepare--> MpnsService --> MpnsPayload (XML, or the envelope alone as raw)
///                               `-- MpnsAccount: a certificate with connections of its own, or none
/// ```
@NullMarked
package dev.reveille.push.mpns;

import org.jspecify.annotations.NullMarked;
