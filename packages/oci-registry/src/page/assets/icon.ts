/** Three layers of an image. */
export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
<rect width="32" height="32" rx="7" fill="#1257c9"/>
<path d="M16 6 27 11.5 16 17 5 11.5Z" fill="#fff"/>
<path d="m5 16.5 11 5.5 11-5.5M5 21.5 16 27l11-5.5" fill="none" stroke="#a9cbff" stroke-width="2.2" stroke-linejoin="round"/>
</svg>
`;
