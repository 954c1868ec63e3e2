"""The networks: found by name, built as described, within their rules, honest about what was chosen."""

import re

import pytest
import torch

from mnist.errors import UnknownNetError
from mnist.nets.catalogue import NETS, find_net
from mnist.nets.layers import INPUT, Conv, is_dense, output_shape
from mnist.nets.module import build
from mnist.nets.net import Net, choices
from mnist.nets.own import LIMITS, OWN
from mnist.nets.published import PUBLISHED
from mnist.nets.summary import summarise
from mnist.training.steps.muon import normalised_weights


def test_a_misspelt_network_is_answered_with_the_nearest_and_all():
    with pytest.raises(
        UnknownNetError, match=r"'publishd-1066' is unknown; did you mean published-10066\? One of: pub"
    ):
        find_net("publishd-1066")


def test_a_name_like_no_other_is_answered_with_all():
    with pytest.raises(UnknownNetError, match=r"'lenet' is unknown; One of: published-25290, published-15738, "):
        find_net("lenet")


@pytest.mark.parametrize("name", NETS)
def test_images_become_ten_logits_each(name: str):
    assert build(NETS[name]).eval()(torch.zeros(3, 1, 28, 28)).shape == (3, 10)


@pytest.mark.parametrize("name", NETS)
def test_the_last_convolution_has_no_activation_and_ten_channels(name: str):
    kinds = list(dict(build(NETS[name]).named_children()))

    after = kinds[max(i for i, kind in enumerate(kinds) if kind.startswith("conv")) + 1 :]
    assert [kind for kind in after if not kind.startswith(("avgpool", "flatten"))] == []


def test_modules_are_named_by_kind_and_count():
    names = list(dict(build(find_net("published-18138")).named_children()))

    assert names[:8] == ["conv1", "relu1", "batchnorm1", "maxpool1", "conv2", "relu2", "batchnorm2", "conv3"]


def test_functional_batch_normalisation_has_statistics_but_no_parameters():
    state = build(find_net("published-25290")).state_dict()

    assert [name for name in state if name.startswith("batchnorm1.")] == [
        "batchnorm1.running_mean",
        "batchnorm1.running_var",
        "batchnorm1.num_batches_tracked",
    ]


@pytest.mark.parametrize(
    ("name", "relu_first"),
    [
        ("published-25290", False),
        ("published-15738", False),
        ("published-19458", True),
        ("published-18138", True),
        ("published-10066", False),
    ],
)
def test_only_the_text_that_says_so_puts_relu_before_batch_normalisation(name: str, relu_first: bool):
    kinds = [kind.rstrip("0123456789") for kind, _ in build(NETS[name]).named_children()]

    after_first_convolution = kinds[1:3]
    assert after_first_convolution == (["relu", "batchnorm"] if relu_first else ["batchnorm", "relu"])


@pytest.mark.parametrize(
    ("name", "epochs", "batch_size", "learning_rate", "published", "epoch"),
    [
        ("published-25290", 20, 128, 0.01, 0.9864, 19),
        ("published-15738", 19, 128, 0.01, 0.9942, 12),
        ("published-19458", 20, 256, 0.03772, 0.9948, 19),
        ("published-18138", 20, 256, 0.03772, 0.9943, None),
        ("published-10066", 19, 64, 0.1, 0.9941, 17),
    ],
)
def test_recipes_and_published_figures_are_those_of_the_texts(
    name: str, epochs: int, batch_size: int, learning_rate: float, published: float, epoch: int | None
):
    net = NETS[name]

    assert (net.recipe.epochs, net.recipe.batch_size, net.recipe.learning_rate) == (epochs, batch_size, learning_rate)
    assert (net.published.accuracy, net.published.epoch) == (published, epoch)


@pytest.mark.parametrize("name", [net.name for net in PUBLISHED])
def test_a_dropout_rate_a_momentum_and_a_normalisation_are_told_as_choices(name: str):
    told = " ".join(choices(NETS[name], NETS[name].recipe))

    assert "Momentum 0.9" in told
    assert "mean 0.1307" in told
    assert ("rate 0.1" in told) == any(kind.startswith("dropout") for kind, _ in build(NETS[name]).named_children())


def test_what_a_run_overrules_is_told_instead_of_the_choice_it_replaces():
    net = find_net("published-15738")

    told = choices(net, net.recipe.model_copy(update={"learning_rate": 0.05, "epochs": 2}))

    assert "Learning rate 0.01; the text does not say." not in told
    assert "learning_rate was set to 0.05 for this run; the recipe of published-15738 has 0.01." in told
    assert "epochs was set to 2 for this run; the recipe of published-15738 has 19." in told
    assert "Momentum 0.9; the text does not say." in told


def dense_layers(name: str) -> list[Conv]:
    shape, found = INPUT, []
    for layer in NETS[name].layers:
        if is_dense(layer, shape):
            found.append(layer)
        shape = output_shape(layer, shape)
    return found


@pytest.mark.parametrize("net", OWN, ids=lambda net: net.name)
def test_an_own_network_has_no_dense_layer_and_keeps_its_limits(net: Net):
    kinds = {type(module).__name__ for module in build(net).modules()}

    assert "Linear" not in kinds
    assert dense_layers(net.name) == []
    assert summarise(net).total == net.parameters <= LIMITS[net.name]
    assert net.recipe.epochs < 20
    assert net.recipe.epochs <= 15 or net.name in {"tiny", "best"}


@pytest.mark.parametrize(
    ("name", "block"),
    [
        ("small", "conv batchnorm silu"),
        ("small-dropout", "conv batchnorm silu dropout"),
        ("small-relu", "conv batchnorm relu"),
        ("small-relu-first", "conv relu batchnorm"),
    ],
)
def test_a_variant_of_small_differs_in_one_thing(name: str, block: str):
    kinds = [re.sub(r"\d+", "", kind) for kind in dict(build(NETS[name]).named_children())]

    assert " ".join(kind for kind in kinds if kind != "maxpool") == " ".join([block] * 6 + ["avgpool conv flatten"])
    assert summarise(NETS[name]).total == NETS[name].parameters == NETS["small"].parameters
    assert NETS[name].recipe == NETS["small"].recipe
    assert len(normalised_weights(build(NETS[name]))) == 5


def test_the_plain_variant_of_small_is_trained_as_published_19458_is():
    plain, published = NETS["small-plain"], NETS["published-19458"].recipe

    assert plain.layers == NETS["small"].layers
    assert plain.recipe == published.model_copy(update={"epochs": 8, "channels_last": True})


def test_the_recipe_of_an_own_network_is_told_but_for_what_a_run_overrules():
    net = NETS["small"]
    told = choices(net, net.recipe)

    assert any("cosine, which climbs in the first 20% of the steps" in sentence for sentence in told)
    assert "ema was set to 0.0 for this run; the recipe of small has 0.998." in choices(
        net, net.recipe.model_copy(update={"ema": 0.0})
    )


def test_a_convolution_over_the_whole_map_is_a_dense_layer_in_disguise():
    assert [layer.kernel for layer in dense_layers("published-19458")] == [3]  # over the 3×3 pixels that are left
    assert dense_layers("published-10066") == []  # 1×1 after global average pooling
