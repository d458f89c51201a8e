// How typed words are found in names: in any order, accents and capitals left aside. The same in the filter, in the list
// of people and in the palette.
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const wordsOf = (typed) => plain(typed).split(/\s+/).filter(Boolean);
const inAll = (words, text) => words.every((word) => text.includes(word));
