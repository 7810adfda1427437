/** IPv4 addresses inside, as their four bytes. */
const INSIDE = [
  [127, 0, 0, 1],
  [127, 8, 9, 10],
  [10, 0, 0, 1],
  [100, 64, 0, 1],
  [169, 254, 169, 254],
  [169, 254, 79, 2],
  [172, 16, 0, 1],
  [192, 168, 1, 1],
  [168, 63, 129, 16],
  [198, 18, 0, 1],
  [224, 0, 0, 1],
  [255, 255, 255, 255],
  [0, 0, 0, 0],
] as const;

type Bytes = readonly [number, number, number, number];

const toNumber = (bytes: Bytes): number => bytes.reduce((sum, byte) => sum * 256 + byte, 0);
const hex = (value: number, width = 0): string => value.toString(16).padStart(width, "0");
const octal = (value: number): string => `0${value.toString(8)}`;
const withDigits = (zero: number) => (text: string) =>
  text.replace(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)));
const circled = (text: string): string =>
  text.replace(/\d/g, (digit) => (digit === "0" ? "⓪" : String.fromCodePoint(0x245f + Number(digit))));

/** The ways in which resolvers, URL parsers and people have been known to write one IPv4 address. */
const spellings = (bytes: Bytes): string[] => {
  const [a, b, c, d] = bytes;
  const dotted = bytes.join(".");
  const pairs = `${hex(a * 256 + b)}:${hex(c * 256 + d)}`;
  return [
    dotted,
    String(toNumber(bytes)),
    `0x${hex(toNumber(bytes), 8)}`,
    octal(toNumber(bytes)),
    bytes.map(octal).join("."),
    bytes.map((byte) => `0x${hex(byte)}`).join("."),
    `${a}.0x${hex(b)}.${octal(c)}.${d}`,
    `${a}.${toNumber([0, b, c, d])}`,
    `${a}.${b}.${c * 256 + d}`,
    `${a}.${b}.${c}.0x${hex(d)}`,
    dotted.padStart(dotted.length + 2, "0"),
    withDigits(0xff10)(dotted),
    withDigits(0x1d7ce)(dotted),
    circled(dotted),
    dotted.replaceAll(".", "。"),
    dotted.replaceAll(".", "．"),
    dotted.replaceAll(".", "%2e"),
    `%31${dotted.slice(1)}`,
    `${dotted}\0`,
    `${dotted}\0.example.org`,
    ` ${dotted}`,
    `${dotted}\r\n`,
    `[${dotted}]`,
    `smtp.example.org@${dotted}`,
    `${dotted}:25`,
    `${dotted}/smtp.example.org`,
    `${dotted}#smtp.example.org`,
    `//${dotted}`,
    `::ffff:${dotted}`,
    `::ffff:${pairs}`,
    `[::ffff:${dotted}]`,
    `::${dotted}`,
    `64:ff9b::${dotted}`,
    `2002:${pairs}::`,
    `2001:0:0:0:0:0:${pairs}`,
  ];
};

const OTHER = [
  "",
  "0",
  "localhost",
  "localhost.localdomain",
  "ip6-localhost",
  "broadcasthost",
  "host.docker.internal",
  "metadata",
  "metadata.google.internal",
  "instance-data.ec2.internal",
  "sandbox.localdomain",
  "anything.localhost",
  "127.0.0.1.nip.example.org",
  "localtest.example.org",
  "::",
  "::1",
  "[::1]",
  "[::]",
  "0:0:0:0:0:0:0:1",
  "::1%lo",
  "fe80::1",
  "fe80::1%eth0",
  "fd00:ec2::254",
  "fec0::1",
  "ff02::1",
  "2001:db8::1",
  "localhost\0.example.org",
  "local\u00adhost",
  "ｌｏｃａｌｈｏｓｔ",
  "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ",
  "file:///etc/passwd",
  "http://127.0.0.1",
  "smtp.example.org,127.0.0.1",
  "smtp.example.org 127.0.0.1",
  "smtp.example.org?",
  "smtp.exam\tple.org",
  "_smtp._tcp.example.org",
  "*.example.org",
  "-smtp.example.org",
  "smtp..example.org",
  ".smtp.example.org",
  `${"a".repeat(64)}.example.org`,
  `${"a.".repeat(130)}example.org`,
];

/** Host texts that must never lead to a connection, each also in capitals and with a trailing dot. */
export const HOSTILE_HOSTS: readonly string[] = [
  ...new Set([...INSIDE.flatMap(spellings), ...OTHER].flatMap((host) => [host, host.toUpperCase(), `${host}.`])),
];

/** Submission servers as administrators type them. */
export const ORDINARY_NAMES: readonly string[] = [
  ...["smtp.gmail.com", "smtp-relay.gmail.com", "smtp.office365.com", "smtp-mail.outlook.com", "smtp.sendgrid.net"],
  ...[
    "email-smtp.us-east-1.amazonaws.com",
    "email-smtp.eu-west-1.amazonaws.com",
    "email-smtp.ap-southeast-2.amazonaws.com",
  ],
  ...[
    "smtp.mailgun.org",
    "smtp.eu.mailgun.org",
    "smtp.postmarkapp.com",
    "smtp-broadcasts.postmarkapp.com",
    "in-v3.mailjet.com",
  ],
  ...["smtp-relay.brevo.com", "smtp.sparkpostmail.com", "smtp.mandrillapp.com", "smtp.mail.yahoo.com", "smtp.zoho.com"],
  ...[
    "smtp.zoho.eu",
    "smtp.fastmail.com",
    "smtp.mail.me.com",
    "mail.gandi.net",
    "ssl0.ovh.net",
    "smtp.ionos.de",
    "smtp.1und1.de",
  ],
  ...[
    "smtp.strato.de",
    "mail.your-server.de",
    "smtp.web.de",
    "mail.gmx.net",
    "smtp.t-online.de",
    "securesmtp.t-online.de",
  ],
  ...["smtp.orange.fr", "smtp.free.fr", "smtp.laposte.net", "smtp.libero.it", "out.alice.it", "mail.btinternet.com"],
  ...[
    "smtp.virginmedia.com",
    "smtp.comcast.net",
    "smtp.verizon.net",
    "smtp.att.yahoo.com",
    "smtp.qq.com",
    "smtp.163.com",
  ],
  ...[
    "smtp.yandex.com",
    "smtp.mail.ru",
    "smtp.naver.com",
    "smtp.rediffmail.com",
    "mx1.123-reg.co.uk",
    "Mail.Example.MUSEUM",
  ],
  ...["a.b.c.d.e.f.example.org", "smtp-01.corp.xn--mnchen-3ya.de", "3com.example.org", "relay.r3---sn.example"],
];
