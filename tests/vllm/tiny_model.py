"""Makes a chat model of two layers on the spot: ``python tests/vllm/tiny_model.py FOLDER``, in the environment of vLLM.

Its weights are random, so what it says means nothing; but it says it in whole characters, the same at every run, and
never ends by itself: how long an answer gets is for ``max_tokens`` or for who hangs up.
"""

from __future__ import annotations

import sys
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

# About nothing that any law of the tests says: not even by chance is a word of this model true.
TEXTS = (
    "山上的雲慢慢散開。早晨有人在市場賣菜，也有人帶著小狗沿著河邊走到橋的另一頭。",
    "海風吹過港口，船一艘一艘回來。孩子們等著晚飯，燈也亮了。",
    "廚房裡有魚、豆腐和剛煮好的湯。下雨的時候大家都在屋簷下聽雨。",
)
MARKED_STOP = "[1]。"
BEGIN, TURN, END = "<|begin_of_text|>", "<|turn|>", "<|eot_id|>"
CHAT = (
    f"{BEGIN}{{% for m in messages %}}{TURN}{{{{ m.role }}}}\n{{{{ m.content }}}}{END}{{% endfor %}}"
    f"{{% if add_generation_prompt %}}{TURN}assistant\n{{% endif %}}"
)
CONTEXT = 16384


def make_tokenizer() -> PreTrainedTokenizerFast:
    """Bytes, and pairs of them that are frequent in ``TEXTS``: every text can be read and counted."""
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=480,
        min_frequency=1,
        special_tokens=[BEGIN, TURN, END],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    made.train_from_iterator(TEXTS, trainer)
    made.add_tokens([MARKED_STOP])
    return PreTrainedTokenizerFast(tokenizer_object=made, bos_token=BEGIN, eos_token=END, chat_template=CHAT)


def make_model(tokenizer: PreTrainedTokenizerFast) -> LlamaForCausalLM:
    torch.manual_seed(11)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=64,
        intermediate_size=32768,  # so that writing an answer takes seconds, and there is time to interrupt it
        num_hidden_layers=2,
        num_attention_heads=2,  # of 32: vLLM's attention on a CPU knows no smaller ones
        num_key_value_heads=1,
        max_position_embeddings=CONTEXT,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        tie_word_embeddings=False,
    )
    model = LlamaForCausalLM(config)
    # A token whose row is zero is likelier than none of several hundred others only by chance.
    silent = [token for token in range(len(tokenizer)) if not _is_sayable(tokenizer, token)]
    with torch.no_grad():
        model.lm_head.weight[silent] = 0.0
        model.lm_head.weight[tokenizer.convert_tokens_to_ids(MARKED_STOP)] *= 3.0
    return model


def _is_sayable(tokenizer: PreTrainedTokenizerFast, token: int) -> bool:
    """Whole Chinese characters and the end of a sentence: neither a part of a character nor a sign of the format."""
    text = tokenizer.decode([token])
    return text == MARKED_STOP or (bool(text) and all("一" <= letter <= "鿿" for letter in text))


def main(folder: Path) -> None:
    tokenizer = make_tokenizer()
    tokenizer.save_pretrained(folder)
    make_model(tokenizer).save_pretrained(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
